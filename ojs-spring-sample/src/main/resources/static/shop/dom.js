// Builds elements. Whatever comes from data becomes a text node or an attribute, never markup.

export const $ = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Replaces what has changed only, so that a reader's place and the focus stay.
export function list(parent, items, key, render, empty) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const name = String(key(item));
    const text = JSON.stringify(item);
    const before = known.get(name);
    if (before?.dataset.seen === text) {
      return before;
    }
    const element = render(item);
    element.dataset.key = name;
    element.dataset.seen = text;
    if (before?.contains(document.activeElement)) {
      const place = [...before.querySelectorAll('button')].indexOf(document.activeElement);
      queueMicrotask(() => (element.querySelectorAll('button')[place] ?? parent).focus());
    }
    return element;
  });
  if (wanted.length === 0 && empty) {
    wanted.push(el('li', { class: 'empty', 'data-key': '' }, empty));
  }
  wanted.forEach((element, index) => {
    if (parent.children[index] !== element) {
      parent.insertBefore(element, parent.children[index] ?? null);
    }
  });
  while (parent.children.length > wanted.length) {
    parent.lastElementChild.remove();
  }
}

export function note(element, text, kind = '') {
  element.textContent = text;
  element.dataset.kind = kind;
}

export const pill = (state, words = state) => el('span', { class: 'pill', 'data-state': state }, words);

export const money = (cents) => `€ ${(cents / 100).toFixed(2)}`;

export const clock = (time) => new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });

// A time that a ticker counts down to.
export const due = (time) => el('span', { class: 'due', 'data-due': time }, remaining(time));

function remaining(time) {
  const seconds = (new Date(time) - Date.now()) / 1000;
  return seconds > 90 ? `at ${clock(time)}` : seconds > 0 ? `in ${seconds.toFixed(1)} s` : 'now';
}

setInterval(() => document.querySelectorAll('[data-due]').forEach((element) => {
  element.textContent = remaining(element.dataset.due);
}), 100);
