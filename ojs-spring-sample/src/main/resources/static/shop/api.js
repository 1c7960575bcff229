// Every request of the page, in one place: those of the shop, and those of Open Job Spec.

export class Refusal extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refusal(response.status, answer.reason ?? answer.error?.message ?? `HTTP ${response.status}`);
  }
  return answer;
}

const get = (path) => call('GET', path);
const post = (path, body) => call('POST', path, body);
const put = (path, body) => call('PUT', path, body);

export const shop = {
  articles: () => get('articles'),
  orders: () => get('orders'),
  place: (wish) => post('orders', wish),
  provider: () => get('demo/provider'),
  setProvider: (mode) => put('demo/provider', { mode }),
};

export const ojs = {
  events: (after) => get(`api/v1/events?limit=500&after=${encodeURIComponent(after)}`),
  firstEvents: () => get('api/v1/events?limit=1000'),
  job: (id) => get(`api/v1/jobs/${id}`),
  newest: (type) => get(`api/v1/admin/jobs?per_page=1&type=${type}`),
  workflow: (id) => get(`api/v1/workflows/${id}`),
  newestWorkflow: () => get('api/v1/workflows?limit=1'),
  enqueue: (job) => post('api/v1/jobs', job),
  queues: () => get('api/v1/queues'),
  queue: (name) => get(`api/v1/queues/${encodeURIComponent(name)}/stats`),
  workers: () => get('api/v1/workers'),
  deadLetter: () => get('api/v1/dead-letter?limit=10'),
  retry: (id) => post(`api/v1/dead-letter/${id}/retry`),
  cron: () => get('api/v1/cron'),
  trigger: (name) => post(`api/v1/cron/${name}/trigger`),
  fetch: (queues, worker) => post('api/v1/workers/fetch', { queues, worker_id: worker }),
  ack: (job, worker, result) => post('api/v1/workers/ack', { job_id: job, worker_id: worker, result }),
  nack: (job, worker, error) => post('api/v1/workers/nack', { job_id: job, worker_id: worker, error }),
};
