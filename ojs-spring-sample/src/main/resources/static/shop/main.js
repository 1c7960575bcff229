// Starts the page: what happened is told by events, and what they concern is read anew.

import { $ } from './dom.js';
import { refreshArticles } from './catalog.js';
import { refreshCron } from './cron.js';
import { refreshDeadLetter } from './deadletter.js';
import { follow } from './feed.js';
import { refreshOrders } from './orders.js';
import { refreshProvider } from './provider.js';
import './remote.js';
import { connectionLost, refreshNodes, refreshQueues, showEvents } from './system.js';
import { render } from './tour.js';

const NODES_EVERY = 3000;

let connected = null;

// What has happened and is not shown yet. When reading what it concerns fails, it is read with the next events.
let pending = [];
let shown = false;

async function onEvents(events, more) {
  showEvents(events);
  pending.push(...events);
  if (!more && (pending.length > 0 || !shown)) {
    const now = pending;
    await Promise.all([refreshOrders(now), refreshArticles(), refreshDeadLetter(now), refreshCron(), refreshQueues()]);
    pending = pending.slice(now.length);
    shown = true;
  }
}

function onConnection(up) {
  if (up !== connected) {
    connected = up;
    const status = $('connection');
    status.dataset.state = up ? 'completed' : 'discarded';
    status.textContent = up ? 'Live' : 'No answer – waiting for the server';
    if (up) {
      refreshNodes().catch(() => {});
      refreshProvider().catch(() => {});
    } else {
      connectionLost();
    }
  }
}

render();
follow({ onEvents, onConnection });
setInterval(() => connected && refreshNodes().catch(() => {}), NODES_EVERY);
