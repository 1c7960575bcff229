// Follows the event feed. It may be left at any time and taken up again at the cursor: nothing is missed.

import { ojs } from './api.js';

const PAUSE = 500;
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

export async function follow({ onEvents, onConnection }) {
  let cursor = null;
  for (;;) {
    try {
      const page = cursor === null ? await ojs.firstEvents() : await ojs.events(cursor);
      cursor = page.cursor;
      onConnection(true);
      await onEvents(page.events, page.has_more);
      if (page.has_more) {
        continue;
      }
    } catch (problem) {
      onConnection(false);
    }
    await pause();
  }
}
