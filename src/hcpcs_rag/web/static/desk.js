// The panel of sources and code cards, and whatever a click in any text asks for.
// Python draws all HTML; this file opens, scrolls and reports.
const panel = element.querySelector('.reader');
const desk = element.closest('#desk');
const body = element.querySelector('.reader-body');
const heading = element.querySelector('.reader-bar h2');
const count = element.querySelector('.reader-count');
const [previous, next] = element.querySelectorAll('.reader-bar [data-step]');
const said = document.getElementById('said');
let trail = [];      // the marks of the answer in which one was clicked
let at = -1;
let opener = null;   // where the focus goes back to
const wanted = new URLSearchParams(location.search);
let asked = 0;       // the newest request; an older one that comes late is dropped

let silence = 0;
const say = (words) => {   // seen, and read out because its place is a live region
  clearTimeout(silence);
  said.textContent = '';
  setTimeout(() => { said.textContent = words; }, 30);
  silence = setTimeout(() => { said.textContent = ''; }, 4000);
};
const address = (link) => link.getAttribute('href') || '';
const query = (link) => new URLSearchParams(address(link));
const pageOf = (held) => server.open_page({page_id: held.get('source'), start: Number(held.get('start')), end: Number(held.get('end'))});
const parts = (link) => address(link).slice(1).split('/').map(decodeURIComponent);

async function show(title, request) {
  const mine = ++asked;
  body.setAttribute('aria-busy', 'true');
  desk.dataset.reading = '';
  let html;
  try {
    html = await request;
  } catch (problem) {
    html = "<p class='empty'>The server did not answer. Is it still running? Try again in a moment.</p>";
  }
  if (mine !== asked) return false;
  body.innerHTML = html;
  body.removeAttribute('aria-busy');
  body.scrollTop = 0;
  heading.textContent = title;
  if (opener && !panel.contains(document.activeElement)) heading.focus({preventScroll: true});   // not away from "next"
  return true;
}

function reveal() {
  const mark = body.querySelector('#quote');
  const text = body.querySelector('.page-text');
  if (!mark || !text) return;
  const scroller = text.scrollHeight > text.clientHeight + 1 ? text : body;   // in a narrow window all of the panel scrolls
  const above = mark.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += above - scroller.clientHeight / 4;
}

async function openPage(link) {
  const answer = link.closest('.answer');
  const all = answer ? [...answer.querySelectorAll("a[href^='?source=']")] : [link];
  trail = all.filter((mark, i) => all.findIndex((other) => address(other) === address(mark)) === i);
  at = trail.findIndex((mark) => address(mark) === address(link));
  await step(0);
}

async function step(by) {
  if (!trail.length) return;
  at = Math.min(Math.max(at + by, 0), trail.length - 1);
  const held = query(trail[at]);
  document.querySelectorAll('a.cite.current').forEach((mark) => mark.classList.remove('current'));
  trail[at].classList.add('current');
  count.textContent = trail.length > 1 ? `${at + 1} of ${trail.length}` : '';
  previous.hidden = next.hidden = trail.length < 2;
  previous.disabled = at === 0;
  next.disabled = at === trail.length - 1;
  const title = trail[at].classList.contains('cite') ? `Source ${trail[at].textContent.trim()}` : 'Source';
  if (await show(title, pageOf(held))) reveal();
}

function endTrail() {
  trail = [];
  count.textContent = '';
  previous.hidden = next.hidden = true;
}

async function openCard(code) {
  endTrail();
  await show('Code card', server.open_card({code}));
}

function close() {
  delete desk.dataset.reading;
  document.querySelectorAll('a.cite.current').forEach((mark) => mark.classList.remove('current'));
  body.innerHTML = body.dataset.empty;
  heading.textContent = 'Sources';
  endTrail();
  if (opener && opener.isConnected) opener.focus();
}

function toConversation() {   // a question asked on a card or in another tab is answered in the first one
  if (matchMedia('(max-width: 900px)').matches) delete desk.dataset.reading;
  const tab = document.querySelector("#tabs [role='tab']");
  if (tab) tab.click();
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (refused) {   // without TLS browsers refuse the clipboard to all but this machine
    const box = document.createElement('textarea');
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  say(`${what} copied.`);
}

async function onClick(event) {
  const link = event.target.closest && event.target.closest('a, button');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (panel.contains(link)) {
    if (link.dataset.step !== undefined) await step(Number(link.dataset.step));
    if (link.dataset.close !== undefined) close();
  }
  const [act, ...rest] = /^#\w+\//.test(address(link)) ? parts(link) : [(address(link).match(/^\?(code|q|source)=/) || [])[1]];
  const actions = {
    code: () => openCard(query(link).get('code')),
    q: () => { toConversation(); trigger('ask', {question: query(link).get('q')}); },
    source: () => openPage(link),
    print: async () => { link.parentElement.innerHTML = await server.print_page({page_id: rest[3], number: Number(rest[0]), start: Number(rest[1]), end: Number(rest[2])}); },
    copy: () => trigger('record', {answer: Number(rest[0]), form: 'txt'}),
    link: () => copy(`${location.origin}${location.pathname}?q=${encodeURIComponent(rest[0])}`, 'Link'),
    record: () => trigger('record', {answer: Number(rest[0]), form: rest[1]}),
    rate: () => {
      link.closest('.actions').querySelectorAll("[href^='#rate/']").forEach((one) => one.setAttribute('aria-pressed', String(one === link)));
      trigger('rate', {answer: Number(rest[0]), rating: rest[1]});
    },
  };
  if (!actions[act]) return;
  event.preventDefault();
  if (!panel.contains(link)) opener = link;
  await actions[act]();
}

function onKey(event) {
  if (event.key === 'Escape' && 'reading' in desk.dataset) close();
  if ((event.key === ' ' || event.key === 'Enter') && event.target.matches && event.target.matches("a[role='button']")) {
    event.preventDefault();   // what looks like a button works like one
    event.target.click();
  }
}

// A new answer is read from its beginning: its question comes to the top, and stays there while the answer grows.
const GROWING = 800;   // milliseconds
let answers = 0;
let until = 0;
new MutationObserver(() => {
  // A question is edited as it was typed, not as it was escaped.
  const box = document.querySelector('#conversation textarea:not([data-decoded])');
  if (box) {
    box.dataset.decoded = '';
    const typed = new DOMParser().parseFromString(box.value, 'text/html').documentElement.textContent;
    if (typed !== box.value) {
      box.value = typed;
      box.dispatchEvent(new Event('input', {bubbles: true}));
    }
  }
  const shown = document.querySelectorAll('#conversation .answer');
  if (shown.length > answers) until = performance.now() + GROWING;
  answers = shown.length;
  if (answers && wanted.get('q')) {   // answered: a reload must not ask again
    wanted.delete('q');
    history.replaceState(null, '', location.pathname);
  }
  if (!answers || performance.now() > until) return;
  const row = shown[answers - 1].closest('.message-row');
  const top = (row && row.previousElementSibling) || shown[answers - 1];
  let scroller = top.parentElement;   // the conversation alone: scrollIntoView would move the whole window, too
  while (scroller && scroller.id !== 'conversation' && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
  if (scroller) scroller.scrollTop += top.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
}).observe(desk, {childList: true, subtree: true});

document.addEventListener('click', onClick);
window.addEventListener('to-conversation', toConversation);
window.addEventListener('copy-text', (event) => copy(event.detail, 'Answer'));
document.addEventListener('keydown', onKey);
if (wanted.get('code')) openCard(wanted.get('code'));
if (wanted.get('source')) show('Source', pageOf(wanted)).then(reveal);
