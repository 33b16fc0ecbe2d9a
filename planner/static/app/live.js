// What is new: asks the status again and again, and says when states or readings have changed.

export function watchStatus({ everyS, onStates, onIncidents, onRead, onOffline }) {
  let revision = null;
  let incidents = null;
  let newest = null;

  async function look() {
    const answer = await fetch("/api/v1/status");
    if (!answer.ok) throw new Error(`status: ${answer.status}`);
    const status = await answer.json();
    onOffline(false);
    if (status.revision !== revision) {
      const states = await (await fetch("/api/v1/states")).json();
      const first = revision === null;
      revision = states.revision;
      onStates(states, first);
    }
    const told = JSON.stringify(status.incidents);
    if (told !== incidents) onIncidents(status.incidents, incidents === null);
    incidents = told;
    if (newest !== null && status.newest !== newest) onRead();
    newest = status.newest;
  }

  async function loop() {
    try {
      await look();
    } catch {
      onOffline(true);
    }
    setTimeout(loop, everyS * 1000);
  }

  loop();
}

export function announce(name) {
  document.body.dispatchEvent(new CustomEvent(name));
}
