// The address of a page: what it asks for, and how a part of the page keeps it there.

export const query = () => new URL(window.location).searchParams;
export function keep(values) {
  const here = new URL(window.location);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "" || value === 0) here.searchParams.delete(name);
    else here.searchParams.set(name, value);
  }
  history.replaceState(history.state, "", here);
}
