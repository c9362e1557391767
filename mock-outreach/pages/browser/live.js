/**
 * Keeps the live part of a page up to date: asks for the page again and takes over what differs. Waits while the page
 * is hidden, paused, or has text selected in the part.
 * @module
 */
import { morph } from "./morph.js";

const part = document.querySelector("[data-live]");
const liveSwitch = document.querySelector("[data-live-switch]");

if (part && liveSwitch) start(part, liveSwitch);

function start(live, controls) {
  const button = controls.querySelector("[data-live-pause]");
  const state = controls.querySelector("[data-live-state]");
  const announcer = controls.querySelector("[data-live-announcer]");
  let isPaused = false;

  const show = (name, text) => {
    controls.dataset.state = name;
    if (state.textContent !== text) state.textContent = text;
  };
  const look = async () => {
    const outcome = await take(live, () => !isPaused);
    if (outcome === "unwanted") return;
    if (outcome === "taken") show("live", "Live");
    else if (outcome === "gone") show("lost", "Gone: load the page anew");
    else show("lost", "The mock does not answer");
    const { announce = "" } = live.dataset;
    if (announcer.textContent !== announce) announcer.textContent = announce;
  };
  const again = async () => {
    if (!isPaused && !document.hidden && !isSelectedIn(live)) await look();
    setTimeout(() => void again(), Number(live.dataset.live));
  };

  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.setAttribute("aria-pressed", String(isPaused));
    button.textContent = isPaused ? "Go on" : "Pause";
    show(isPaused ? "paused" : "live", isPaused ? "Paused" : "Live");
    if (!isPaused) void look();
  });
  document.addEventListener("mock:changed", () => void look());
  controls.hidden = false;
  show("live", "Live");
  setTimeout(() => void again(), Number(live.dataset.live));
}

/**
 * Takes over what the page would show now: `taken`, `gone` where there is no such page any more, `lost` where there is
 * no answer, `unwanted` where somebody paused meanwhile.
 */
async function take(live, isWanted) {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return "gone";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const wanted = page.getElementById(live.id);
    if (!isWanted()) return "unwanted";
    if (!wanted) return "gone";
    morph(live, document.adoptNode(wanted));
    return "taken";
  } catch {
    return isWanted() ? "lost" : "unwanted";
  }
}

/** What somebody is about to copy is left alone. */
function isSelectedIn(live) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && live.contains(selection.anchorNode);
}
