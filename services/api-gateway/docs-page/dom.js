/* global document */

/**
 * Makes an element. Text goes in as text: nothing that a service says about itself can become markup.
 * @param {string} tag
 * @param {Record<string, unknown>} properties attributes; `on…` functions become listeners
 * @param {(Node | string | false | undefined)[]} children
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== false && child !== undefined));
  return made;
}

/** Text in which `backticks` mark code, as descriptions have it. */
export function prose(text) {
  const parts = text.split('`');
  return element('span', {}, ...parts.map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part)));
}
