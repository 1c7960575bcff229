// What there is to see. Each claim is ticked when the page has seen it come true.

import { $, el } from './dom.js';

const CLAIMS = [
  ['retry', 'A failure is retried', 'Set the provider to flaky and order: attempt 1 fails, attempt 2 pays.'],
  ['rollback', 'No job outlives a rollback', 'Order more teapots than there are. Neither order nor job is stored.'],
  ['dead', 'Nothing gets lost on the way', 'Set the provider down and order. After three attempts the payment is in the dead letter; '
    + 'set it up again and retry.'],
  ['priority', 'Priority goes first', 'Order five mugs and then one by express: its label is printed before those that wait.'],
  ['later', 'Some jobs come later', 'Enqueue with a delay, below.'],
  ['remote', 'Workers may be anywhere', 'Enqueue a thumbnail and be its worker.'],
  ['cron', 'Every night, and now', 'Run the nightly report.'],
  ['crash', 'It survives kill -9', 'Kill the application and start it again: this page goes on where it was.'],
];

const seen = new Set(JSON.parse(sessionStorage.getItem('seen') ?? '[]'));

export function tick(claim) {
  if (!seen.has(claim)) {
    seen.add(claim);
    sessionStorage.setItem('seen', JSON.stringify([...seen]));
    render();
  }
}

export function render() {
  $('tour').replaceChildren(...CLAIMS.map(([claim, title, how]) => el('li', { class: seen.has(claim) ? 'seen' : null },
    el('b', {}, title, seen.has(claim) && el('span', { class: 'hidden' }, ' (seen)')), el('span', {}, how))));
}
