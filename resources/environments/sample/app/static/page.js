const part = (id) => document.getElementById(id);

async function ask(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok && path !== '/healthz') throw new Error(answer.error ?? response.statusText);
  return answer;
}

function element(name, text, attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  made.textContent = text;
  return made;
}

function noteItem({ author, message, writtenAt }) {
  const item = document.createElement('li');
  const time = element('time', new Date(writtenAt).toLocaleString(), { dateTime: writtenAt });
  item.append(element('strong', author), time, element('p', message));
  return item;
}

async function showNotes() {
  const { total, notes } = await ask('/api/notes');
  part('total').textContent = total;
  part('notes').replaceChildren(...notes.map(noteItem));
  part('empty').hidden = notes.length > 0;
}

async function showHealth() {
  const { ok: _, ...services } = await ask('/healthz');
  const items = Object.entries(services).map(([name, works]) => element('li', name, { className: works ? 'up' : 'down' }));
  part('health').replaceChildren(...items);
}

async function showAbout() {
  const { title, host, visits } = await ask('/api/about');
  document.title = part('title').textContent = title;
  part('host').textContent = host;
  part('visits').textContent = visits;
}

async function orExplain(work) {
  try {
    await work();
    part('problem').textContent = '';
  } catch (error) {
    part('problem').textContent = error.message;
  }
}

part('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const body = JSON.stringify(Object.fromEntries(new FormData(form)));
  void orExplain(async () => {
    await ask('/api/notes', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    form.elements.message.value = '';
    await showNotes();
  });
});

void orExplain(() => Promise.all([showAbout(), showNotes(), showHealth()]));
