/**
 * Sends forms to the control API as JSON and tells beside the button what came of it.
 * @module
 */
for (const form of document.querySelectorAll("form[data-control]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

async function send(form) {
  const outcome = form.querySelector("[data-outcome]");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const body = JSON.stringify(inputOf(form));
    const headers = { "content-type": "application/json" };
    const response = await fetch(form.action, { method: "POST", headers, body });
    const answer = await response.json();
    outcome.textContent = response.ok ? filledIn(form.dataset.done, answer) : answer.detail;
  } catch {
    outcome.textContent = "The mock does not answer.";
  }
  button.disabled = false;
  document.dispatchEvent(new CustomEvent("mock:changed"));
}

function inputOf(form) {
  const named = [...form.elements].filter((element) => element.name);
  return Object.fromEntries(
    named.map(({ name, value, dataset }) => [name, "number" in dataset ? Number(value) : value]),
  );
}

/** `{spent} spent` with the answer's own `spent`. */
function filledIn(text, answer) {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = answer[name];
    return typeof value === "number" ? value.toLocaleString("en-US") : String(value);
  });
}
