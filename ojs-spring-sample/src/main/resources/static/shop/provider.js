// The switch of the payment provider.

import { shop } from './api.js';
import { $ } from './dom.js';

export async function refreshProvider() {
  const { mode } = await shop.provider();
  $('provider').querySelector(`[value="${CSS.escape(mode)}"]`).checked = true;
}

$('provider').addEventListener('change', async (event) => {
  try {
    await shop.setProvider(event.target.value);
  } finally {
    await refreshProvider();
  }
});
