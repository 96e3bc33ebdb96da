// The list of conversations: kept in this browser, or on the server where its operator chose so.
const KEY = 'hcpcs-rag.conversations';
const MOST = 200;
const onServer = props.share === 'server';

function browserId() {
  let id = localStorage.getItem('hcpcs-rag.browser');
  if (!id) {
    id = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
    localStorage.setItem('hcpcs-rag.browser', id);
  }
  return id;
}

function stored() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) || '[]');
    return Array.isArray(list) ? list.filter((one) => one && one.id && Array.isArray(one.questions)) : [];
  } catch (damaged) {
    return [];
  }
}

const browser = {
  list: async () => stored(),
  keep: async (one) => {
    const rest = stored().filter((other) => other.id !== one.id);
    localStorage.setItem(KEY, JSON.stringify([one, ...rest].slice(0, MOST)));
  },
  rename: async (one) => localStorage.setItem(KEY, JSON.stringify(stored().map((other) => (other.id === one.id ? one : other)))),
  forget: async (id) => localStorage.setItem(KEY, JSON.stringify(stored().filter((one) => one.id !== id))),
};
let kept = [];   // what the server told last
const shared = {
  list: async () => kept,
  keep: async (one) => trigger('keep', {browser: browserId(), conversation: one}),
  rename: async (one) => trigger('keep', {browser: browserId(), conversation: one}),
  forget: async (id) => trigger('forget', {browser: browserId(), id}),
};
const store = onServer ? shared : browser;
let conversations = [];
let current = '';

function button(words, label, act) {
  const one = document.createElement('button');
  one.type = 'button';
  one.textContent = words;
  one.setAttribute('aria-label', label);
  one.addEventListener('click', act);
  return one;
}

function entry(one) {
  const item = document.createElement('li');
  const open = button(one.title, `Open conversation: ${one.title}`, () => trigger('open', {id: one.id, questions: one.questions}));
  open.className = 'conversation';
  if (one.id === current) open.setAttribute('aria-current', 'true');
  const rename = button('Rename', `Rename conversation: ${one.title}`, () => edit(item, one));
  const remove = button('Delete', `Delete conversation: ${one.title}`, async () => {
    if (remove.dataset.sure === undefined) {
      remove.dataset.sure = '';
      remove.textContent = 'Really delete';
      remove.addEventListener('blur', () => { delete remove.dataset.sure; remove.textContent = 'Delete'; }, {once: true});
      return;
    }
    await store.forget(one.id);
    if (one.id === current) trigger('fresh', {});
    await draw();
  });
  item.append(open, rename, remove);
  return item;
}

function edit(item, one) {
  const box = document.createElement('input');
  box.value = one.title;
  box.maxLength = 80;
  box.setAttribute('aria-label', 'New name of the conversation');
  let ended = false;
  const end = async (keep) => {
    if (ended) return;
    ended = true;
    if (keep && box.value.trim()) await store.rename({...one, title: box.value.trim()});
    await draw();
  };
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') end(true);
    if (event.key === 'Escape') { event.stopPropagation(); end(false); }
  });
  box.addEventListener('blur', () => end(true));
  item.replaceChildren(box);
  box.focus();
  box.select();
}

async function draw() {
  const list = element.querySelector('ul');
  if (!list) return;
  conversations = await store.list();
  list.replaceChildren(...conversations.map(entry));
  element.querySelector('.none').hidden = conversations.length > 0;
}

async function onValue() {
  const value = props.value;
  current = value && value.id ? value.id : '';
  if (current && value.questions.length) {
    const known = (await store.list()).find((one) => one.id === current);
    await store.keep(known ? {...value, title: known.title} : value);   // a name once given stays
  }
  await draw();
}

element.addEventListener('click', (event) => {
  if (event.target.closest('[data-fresh]')) trigger('fresh', {});
});
window.addEventListener('storage', (event) => { if (event.key === KEY) draw(); });
if (onServer) {
  window.addEventListener('kept', (event) => { kept = event.detail || []; draw(); });
  trigger('list', {browser: browserId()});
}
if (props.share !== 'off') {
  watch('value', onValue);
  draw();
}
