// The dead letter, with the way out of it.

import { ojs } from './api.js';
import { $, el, list } from './dom.js';
import { retry } from './orders.js';
import { tick } from './tour.js';

const retried = new Set();

export async function refreshDeadLetter(events) {
  for (const { type, data } of events) {
    if (type === 'dead_letter.retried') {
      retried.add(data.job_id);
    }
    if (type === 'job.completed' && retried.has(data.job_id)) {
      tick('dead');
    }
  }
  const { jobs } = await ojs.deadLetter();
  list($('dead'), jobs, (job) => job.id, entry, 'Empty.');
}

function entry(job) {
  return el('li', {},
    el('div', { class: 'what' },
      el('code', {}, job.type),
      el('button', { type: 'button', 'aria-label': `Retry ${job.type}`, onclick: (event) => retry(event.target, job.id) }, 'Retry')),
    el('p', { class: 'dim' }, `${JSON.stringify(job.args)}, ${job.attempt} attempts`),
    el('p', { class: 'error' }, job.error?.message ?? job.error?.code ?? ''));
}
