// What the server tells of all units once: counts, coordinates, colours, streets and ids, in about 200 kB.

export const CODES = ["none", "green", "blue", "yellow", "red"]; // as command_center/city.py numbers them
const NOWHERE = -9_000_000;

export function decodeUnits(buffer) {
  // uint32 count, bytes of ids, bytes of streets; int32 latitude, int32 longitude (x 1e5), uint8 colour, uint16 street; ids, streets.
  const head = new DataView(buffer);
  const [n, idBytes, streetBytes] = [0, 4, 8].map((at) => head.getUint32(at, true));
  const after = 12 + 9 * n;
  const lines = (from, bytes) => (bytes ? new TextDecoder().decode(new Uint8Array(buffer, from, bytes)).split("\n") : []);
  const streets = lines(after + 2 * n + idBytes, streetBytes);
  const street = new Uint16Array(buffer.slice(after, after + 2 * n));
  return {
    n, streets, street,
    latitude: new Int32Array(buffer, 12, n),
    longitude: new Int32Array(buffer, 12 + 4 * n, n),
    colour: new Uint8Array(buffer.slice(12 + 8 * n, after)),
    ids: lines(after + 2 * n, idBytes),
  };
}

/** Whether the unit of this row has coordinates. */
export function placed(data, row) {
  return data.latitude[row] > NOWHERE;
}

/** Which area lies in which: `chain(area)` is the area and all that it lies in. */
export class Tree {
  constructor(areas) {
    this.areas = new Map(areas.map((area) => [area.id, area]));
    this._chains = new Map();
  }

  get(id) {
    return this.areas.get(id);
  }

  chain(id) {
    let chain = this._chains.get(id);
    if (!chain) {
      chain = [];
      for (let area = this.areas.get(id); area && !chain.includes(area.id); area = this.areas.get(area.parent_id)) chain.push(area.id);
      this._chains.set(id, chain);
    }
    return chain;
  }

  /** 1 for each row of the units that lie in the area; null for the whole. */
  inside(area, data) {
    if (!area) return null;
    const mine = data.streets.map((street) => this.chain(street).includes(area));
    return Uint8Array.from(data.street, (street) => (mine[street] ? 1 : 0));
  }
}
