// Files that Python wrote are handed to the browser to save; none is kept on the server.
watch('value', () => {
  const file = props.value;
  if (!file || !file.name) return;
  const address = URL.createObjectURL(new Blob([file.text], {type: file.type}));
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
});
