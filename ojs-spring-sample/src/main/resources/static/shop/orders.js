// The orders with the jobs of their workflows.

import { shop, ojs, Refusal } from './api.js';
import { $, due, el, list, money, pill } from './dom.js';
import { tick } from './tour.js';

const UNFOLDED = 3;

const jobs = new Map();
const workflows = new Map();
const workflowOfJob = new Map();

// Events name jobs and workflows; what they name is read anew, the rest is remembered.
export async function refreshOrders(events) {
  const touched = new Set();
  for (const { data } of events) {
    jobs.delete(data.job_id);
    touched.add(data.workflow_id ?? workflowOfJob.get(data.job_id));
  }
  const orders = await shop.orders();
  const needed = orders.flatMap((order) => [order.workflow, order.resumed]).filter(Boolean);
  await Promise.all(needed.filter((id) => touched.has(id) || !workflows.has(id)).map(readWorkflow));
  list($('order-list'), orders.map(withJobs).map((order, place) => ({ ...order, open: place < UNFOLDED })), (order) => order.number, card, 'No orders yet. Order a mug.');
}

// The orders are kept for ever, their workflows and jobs for some days.
async function readWorkflow(id) {
  try {
    await readSteps(id);
  } catch (problem) {
    if (!(problem instanceof Refusal && problem.status === 404)) {
      throw problem;
    }
    workflows.set(id, { state: 'completed', steps: [] });
  }
}

async function readSteps(id) {
  const { workflow } = await ojs.workflow(id);
  const steps = leaves(workflow.steps).filter((step) => step.job_id);
  await Promise.all(steps.filter((step) => !jobs.has(step.job_id)).map(async (step) => {
    const { job } = await ojs.job(step.job_id);
    jobs.set(step.job_id, job);
    workflowOfJob.set(step.job_id, id);
    if (job.state === 'completed' && job.attempt > 1) {
      tick('retry');
    }
  }));
  workflows.set(id, workflow);
}

const leaves = (steps) => steps.flatMap((step) => step.steps ? leaves(step.steps) : [step]);

const withJobs = (order) => ({ ...order, first: shown(workflows.get(order.workflow)), rest: shown(workflows.get(order.resumed)) });

function shown(workflow) {
  return workflow && { state: workflow.state, steps: workflow.steps.map(shownStep) };
}

function shownStep(step) {
  if (step.steps) {
    return { kind: step.type, steps: step.steps.map(shownStep) };
  }
  const job = jobs.get(step.job_id);
  return {
    type: step.type,
    id: job?.id,
    state: job?.state ?? step.state,
    attempt: job?.attempt ?? 0,
    most: job?.max_attempts,
    next: job?.next_attempt_at,
    errors: (job?.errors ?? []).map((error) => ({ attempt: error.attempt, message: error.message ?? error.code })),
    dead: job?.state === 'discarded' && job.retry?.on_exhaustion === 'dead_letter',
  };
}

function card(order) {
  const state = order.rest?.state ?? order.first?.state ?? 'running';
  return el('li', {}, el('details', { class: 'order', 'data-state': state, open: order.open || state === 'failed' },
    el('summary', { class: 'head' },
      el('h3', {}, `Order ${order.number}`),
      el('span', { class: 'dim' }, `${order.quantity} × ${order.article}, ${money(order.cents)}, ${order.email}`,
        order.express && el('span', { class: 'tag' }, 'express')),
      pill(stands(order, state))),
    order.first && chain(order.resumed ? order.first.steps.filter((step) => step.id) : order.first.steps),
    order.rest && el('p', { class: 'dim' }, 'Paid after all. Its workflow had failed, so the rest is in another one:'),
    order.rest && chain(order.rest.steps)));
}

function stands(order, state) {
  return state === 'failed' ? 'failed' : state === 'cancelled' ? 'cancelled' : order.status;
}

const chain = (steps) => el('ol', { class: 'chain' }, steps.map(node));

function node(step) {
  if (step.kind === 'group') {
    return el('li', { class: 'group' }, el('ul', {}, step.steps.map(node)));
  }
  if (step.kind) {
    return el('li', {}, chain(step.steps));
  }
  return el('li', { class: 'job', 'data-state': step.state },
    el('div', { class: 'what' }, el('code', {}, step.type), pill(step.state, step.dead ? 'dead letter' : step.state)),
    step.attempt > 0 && el('p', { class: 'dim' }, `attempt ${step.attempt} of ${step.most}`,
      step.next && [', next ', due(step.next)]),
    step.errors.map((error) => el('p', { class: 'error' }, `${error.attempt}: ${error.message}`)),
    step.dead && el('button', { type: 'button', onclick: (event) => retry(event.target, step.id) }, 'Retry'));
}

export async function retry(button, id) {
  button.disabled = true;
  try {
    await ojs.retry(id);
  } catch (refusal) {
    button.disabled = false;
    button.title = refusal.message;
  }
}
