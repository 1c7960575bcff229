// The nightly report.

import { ojs } from './api.js';
import { $, el, money, note } from './dom.js';
import { tick } from './tour.js';

const NAME = 'report.nightly';

export async function refreshCron() {
  const cron = (await ojs.cron()).cron_jobs.find((candidate) => candidate.name === NAME);
  if (!cron) {
    return;
  }
  const last = (await ojs.newest(NAME)).items[0];
  const report = last && (await ojs.job(last.id)).job;
  $('cron').replaceChildren(
    ...fact('Schedule', `${cron.expression} ${cron.timezone}`),
    ...fact('Next', cron.next_run_at ? new Date(cron.next_run_at).toLocaleString() : 'disabled'),
    ...fact('Last', report ? said(report) : 'never'));
}

function said(report) {
  const { orders, cents, restocked } = report.result ?? {};
  const when = new Date(report.created_at).toLocaleString();
  return report.state === 'completed'
    ? `${when}, orders: ${orders}, sales: ${money(cents)}, restocked: ${restocked}` : `${when}, ${report.state}`;
}

const fact = (name, value) => [el('dt', {}, name), el('dd', {}, value)];

$('cron-now').addEventListener('click', async () => {
  try {
    const job = await ojs.trigger(NAME);
    note($('cron-note'), `Enqueued as ${job.id}.`, 'good');
    tick('cron');
  } catch (refusal) {
    note($('cron-note'), refusal.message, 'bad');
  }
});
