// Nodes, queues and events.

import { ojs } from './api.js';
import { $, clock, el, list, pill } from './dom.js';
import { tick } from './tour.js';

const SHOWN = 40;

let latest = [];
let embedded = null;

export async function refreshNodes() {
  const { workers } = await ojs.workers();
  list($('nodes'), workers.map(({ id, state, embedded: here, pid, queues, active_jobs: active }) =>
    ({ id, state, here, pid, queues, active })), (worker) => worker.id, node, 'None.');
  const here = workers.filter((worker) => worker.embedded && worker.state === 'running').map((worker) => worker.id).sort();
  if (embedded !== null && crashed && here.some((id) => !embedded.includes(id))) {
    tick('crash');
  }
  embedded = here;
}

let crashed = false;

export function connectionLost() {
  crashed = true;
}

function node(worker) {
  return el('li', {},
    el('div', { class: 'what' }, el('code', {}, worker.id), pill(worker.state)),
    el('p', { class: 'dim' }, worker.here ? `in the application, process ${worker.pid}` : 'over HTTP',
      worker.queues.length > 0 && `, queues ${worker.queues.join(', ')}`, `, ${worker.active} running`));
}

export async function refreshQueues() {
  const names = (await ojs.queues()).queues.map((queue) => queue.name).slice(0, 8);
  const stats = (await Promise.all(names.map(ojs.queue))).map((answer) => answer.stats);
  list($('queues'), stats, (queue) => queue.queue, (queue) => el('tr', {}, el('th', { scope: 'row' }, queue.queue),
    [queue.available, queue.active, queue.scheduled + queue.retryable, queue.completed, queue.discarded]
      .map((count) => el('td', {}, String(count)))));
  const sum = (member) => stats.reduce((total, queue) => total + queue[member], 0);
  $('totals').replaceChildren(...['available', 'active', 'scheduled', 'retryable', 'completed', 'discarded'].map((member) =>
    el('div', {}, el('dt', {}, member), el('dd', {}, String(sum(member))))));
}

const scheduled = new Set();
const labels = [];

export function showEvents(events) {
  events.forEach(watch);
  latest = [...events.slice(-SHOWN).reverse(), ...latest].slice(0, SHOWN);
  list($('events'), latest, (event) => event.id, (event) => el('li', { 'data-type': event.type },
    el('time', { datetime: event.time }, clock(event.time)),
    el('b', {}, event.type),
    el('code', {}, event.data.job_type ?? event.data.cron_name ?? ''),
    el('span', { class: 'dim' }, words(event.data))), 'Nothing has happened yet.');
}

function words(data) {
  return [
    data.attempt > 0 && `attempt ${data.attempt}`,
    data.duration_ms !== undefined && `${data.duration_ms} ms`,
    (data.error ?? data.last_error)?.message,
    data.workflow_name,
  ].filter(Boolean).join(' · ');
}

// An express label that starts although others were enqueued before it.
function watch({ type, data }) {
  if (type === 'job.scheduled') {
    scheduled.add(data.job_id);
  } else if (type === 'job.started' && scheduled.has(data.job_id)) {
    tick('later');
  } else if (type === 'job.enqueued' && data.job_type === 'label.print') {
    labels.push(data.job_id);
  }
  if (type === 'job.started' && data.job_type === 'label.print') {
    const place = labels.indexOf(data.job_id);
    if (place > 0) {
      tick('priority');
    }
    if (place >= 0) {
      labels.splice(place, 1);
    }
  }
}
