// The state of the city and area views is their query: area, type, colour, tab, sort and so on.

/** The present address with some of its parts changed; null takes one away. */
export function addressed(changes) {
  const url = new URL(window.location);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "" || value === false) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}

/** Parameters for a question, those without a value left out. */
export function query(values) {
  const parts = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return parts.length ? `?${new URLSearchParams(parts)}` : "";
}
