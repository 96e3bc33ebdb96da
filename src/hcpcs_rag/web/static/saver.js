// Files that Python wrote are handed to the browser to save; none is kept on the server.
watch('value', () => {
  const file = props.value;
  if (!file || !file.name) return;
  if (file.type === 'text/plain') {
    window.dispatchEvent(new CustomEvent('copy-text', {detail: file.text}));
    return;
  }
  const held = file.base64 ? Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0)) : file.text;
  const address = URL.createObjectURL(new Blob([held], {type: file.type}));
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  // What is made for printing is opened, to be looked at first; a browser that refuses windows saves it.
  if (file.type === 'text/html' && window.open(address, '_blank')) return;
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
});
