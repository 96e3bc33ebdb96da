// What the server keeps of conversations is told to their list, which is another component.
watch('value', () => window.dispatchEvent(new CustomEvent('kept', {detail: props.value})));
