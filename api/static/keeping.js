// The conversation outlives a visit to the reading page and a reload: it stays with the tab and ends with it.
// The number tells this form of what is kept from later ones.
const NAME = "jianghai-conversation-1";

// What was under way when the page was left is not known to have ended well.
function settled(turn) {
  return turn.status === "asking" ? { ...turn, status: "failed", fault: { kind: "broken" } } : turn;
}

export function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME)) ?? {};
    return { turns: (kept.turns ?? []).map(settled), filters: kept.filters ?? null, labels: kept.labels ?? [] };
  } catch {
    return { turns: [], filters: null, labels: [] };
  }
}

// A browser keeps some megabytes; when they are full the oldest turns are let go.
export function keep(state) {
  for (let turns = state.turns; ; turns = turns.slice(Math.ceil(turns.length / 4))) {
    try {
      sessionStorage.setItem(NAME, JSON.stringify({ ...state, turns }));
      return;
    } catch {
      if (!turns.length) return;
    }
  }
}
