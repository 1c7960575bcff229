// A producer and a worker that are nothing but HTTP clients.

import { ojs } from './api.js';
import { $, el, note } from './dom.js';
import { tick } from './tour.js';

const WORKER = 'browser-1';

const say = (text, kind) => note($('remote-note'), text, kind);

async function attempt(action) {
  try {
    await action();
  } catch (refusal) {
    say(refusal.message, 'bad');
  }
}

$('remote-job').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  attempt(async () => {
    const delay = Number(form.get('delay'));
    const job = await ojs.enqueue({
      type: form.get('type'),
      queue: form.get('queue'),
      args: JSON.parse(form.get('args')),
      priority: Number(form.get('priority')),
      ...(delay > 0 ? { delay_until: `PT${delay}S` } : {}),
    });
    say(`${job.type} is ${job.state} in ${job.queue}.`, 'good');
  });
});

$('remote-fetch').addEventListener('click', () => attempt(async () => {
  const queue = $('remote-job').elements.queue.value;
  const { jobs } = await ojs.fetch([queue], WORKER);
  if (jobs.length === 0) {
    say(`Nothing waits in ${queue}.`);
    return;
  }
  say('');
  hold(jobs[0]);
}));

function hold(job) {
  const end = (action) => () => attempt(async () => {
    const answer = await action();
    $('remote-held').replaceChildren();
    say(`${job.type} is ${answer.state}.`, answer.state === 'completed' ? 'good' : 'bad');
    if (answer.state === 'completed') {
      tick('remote');
    }
    $('remote-fetch').focus();
  });
  const done = el('button', { type: 'button', class: 'primary', onclick: end(() => ojs.ack(job.id, WORKER, { by: WORKER })) }, 'Done');
  $('remote-held').replaceChildren(el('div', { class: 'held' },
    el('p', {}, el('code', {}, job.type), ` ${JSON.stringify(job.args)} is yours, attempt ${job.attempt}.`),
    el('div', { class: 'row' }, done,
      el('button', { type: 'button', onclick: end(() => ojs.nack(job.id, WORKER,
        { code: 'not_today', message: 'The worker did not feel like it', retryable: true })) }, 'Fail'))));
  done.focus();
}
