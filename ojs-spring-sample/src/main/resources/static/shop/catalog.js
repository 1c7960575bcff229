// The articles, and placing orders.

import { shop, ojs } from './api.js';
import { $, el, list, money, note } from './dom.js';
import { tick } from './tour.js';

const PICTURES = new Set(['mug', 'poster', 'teapot']);

export async function refreshArticles() {
  list($('articles'), await shop.articles(), (article) => article.sku, card);
}

function card(article) {
  const more = article.stock + 1;
  return el('li', { class: 'article' },
    el('img', { src: PICTURES.has(article.sku) ? `shop/${article.sku}.svg` : 'shop/icon.svg', alt: '', width: 96, height: 72 }),
    el('h3', {}, article.name),
    el('p', {}, el('b', {}, money(article.cents)), ' ', el('span', { class: 'dim' },
      article.stock > 0 ? `${article.stock} left` : 'sold out until the next nightly report')),
    el('div', { class: 'row' },
      el('button', { type: 'button', class: 'primary', disabled: article.stock === 0, onclick: () => place(article, 1) }, 'Order'),
      el('button', { type: 'button', onclick: () => place(article, more) }, `Order ${more}: too many`)));
}

async function place(article, quantity) {
  const answer = $('order-note');
  const before = await newestWorkflow();
  try {
    const order = await send(article.sku, quantity, $('express').checked);
    note(answer, `Order ${order.number} is placed.`, 'good');
  } catch (refusal) {
    const same = before === await newestWorkflow();
    note(answer, `Refused: ${refusal.message}.${same ? ' Rolled back, and no job was enqueued.' : ''}`, 'bad');
    if (refusal.status === 409 && same) {
      tick('rollback');
    }
  }
}

const send = (article, quantity, express) => shop.place({ article, quantity, email: $('email').value, express });

// One printer, so that labels wait for each other.
$('rush').addEventListener('click', async () => {
  try {
    for (const express of [false, false, false, false, false, true]) {
      const order = await send('mug', 1, express);
      note($('order-note'), `Order ${order.number} is placed${express ? ' by express' : ''}.`, 'good');
    }
  } catch (refusal) {
    note($('order-note'), `Refused: ${refusal.message}.`, 'bad');
  }
});

const newestWorkflow = async () => (await ojs.newestWorkflow()).workflows[0]?.id;
