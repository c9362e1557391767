/**
 * Makes one part of a page like another by changing only what differs, so that focus, selection and open details stay
 * where they are. Elements with an id are recognised by it, the others by their place.
 * @module
 */

/**
 * @param {Element} now the element on the page
 * @param {Element} wanted the one that it is to be like; may lose its children
 */
export function morph(now, wanted) {
  if (now.isEqualNode(wanted)) return;
  morphAttributes(now, wanted);
  morphChildren(now, wanted);
}

function morphAttributes(now, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
  for (const name of now.getAttributeNames()) {
    // Whether details are open is the reader's choice.
    const isReaders = name === "open" && now.localName === "details";
    if (!wanted.hasAttribute(name) && !isReaders) now.removeAttribute(name);
  }
}

function morphChildren(now, wanted) {
  const byId = new Map();
  for (const child of now.children) if (child.id !== "") byId.set(child.id, child);
  let place = now.firstChild;
  for (const child of Array.from(wanted.childNodes)) {
    const match = (child.id && byId.get(child.id)) || (isLike(place, child) ? place : null);
    if (match === null) {
      now.insertBefore(child, place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else now.insertBefore(match, place);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, child);
    else if (match.data !== child.data) match.data = child.data;
  }
  while (place !== null) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function isLike(place, child) {
  return (
    place !== null &&
    place.nodeType === child.nodeType &&
    place.localName === child.localName &&
    !place.id &&
    !child.id
  );
}
