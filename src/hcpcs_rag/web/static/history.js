// The list of conversations: kept in this browser, or on the server where its operator chose so.
const KEY = 'hcpcs-rag.conversations';
const MOST = 200;
const onServer = props.share === 'server';

let number = '';
function browserId() {
  try {
    return storedId();
  } catch (blocked) {   // without storage it lasts as long as the page
    number = number || newId();
    return number;
  }
}
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
function storedId() {
  let id = localStorage.getItem('hcpcs-rag.browser');
  if (!id) {
    id = newId();
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

function put(list) {   // where all of it does not fit, the older half goes, and again
  for (let most = Math.min(list.length, MOST); most >= 0; most = most > 1 ? Math.floor(most / 2) : most - 1) {
    try {
      localStorage.setItem(KEY, JSON.stringify(list.slice(0, most)));
      return;
    } catch (full) { /* try with fewer */ }
  }
}

const browser = {
  list: async () => stored(),
  keep: async (one) => {
    const rest = stored().filter((other) => other.id !== one.id);
    put([one, ...rest]);
  },
  rename: async (one) => put(stored().map((other) => (other.id === one.id ? one : other))),
  forget: async (id) => put(stored().filter((one) => one.id !== id)),
};
let kept = [];   // what the server told last
const shared = {
  list: async () => kept,
  keep: async (one) => trigger('keep', {browser: browserId(), conversation: one}),
  rename: async (one) => trigger('keep', {browser: browserId(), conversation: one}),
  forget: async (id) => trigger('forget', {browser: browserId(), id}),
};
const store = onServer ? shared : browser;
let current = '';

// Its events: 'open', 'fresh', and on the server 'list', 'keep', 'forget'.
function go(event, data) {
  window.dispatchEvent(new Event('to-conversation'));
  trigger(event, data);
}

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
  const open = button(one.title, `Open conversation: ${one.title}`, () => go('open', {conversation: one}));
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
    element.querySelector('.new').focus();
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
  const conversations = await store.list();
  list.replaceChildren(...conversations.map(entry));
  element.querySelector('.none').hidden = conversations.length > 0;
}

async function onValue() {
  const value = props.value;
  current = value && value.id ? value.id : '';
  if (current && !value.questions.length) {
    await store.forget(current);   // its only question was taken back
  } else if (current) {
    const known = (await store.list()).find((one) => one.id === current);
    await store.keep(known ? {...value, title: known.title} : value);   // a name once given stays
  }
  await draw();
}

element.addEventListener('click', (event) => {
  if (event.target.closest('[data-fresh]')) go('fresh', {});
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
