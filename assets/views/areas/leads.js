// Where a figure of an area leads: to the list of what it counts, narrowed as the page is.

import { addressed, query } from "./address.js";

const AFRESH = { sort: null, down: null, q: null, licence: null, attention: null, offset: null };

/** Addresses by the name of the figure. `row`: the area's figures; `asked`: the filters of the page. */
export function leads(row, { type, colour }) {
  const area = row.kind === "city" ? null : row.id;
  const units = (changes) => addressed({ ...AFRESH, tab: "units", ...changes });
  return {
    units: units({}),
    index: units({ sort: "index" }),
    colours: units({ colour: "red" }),
    alarms: `/alarms${query({ area, type })}`,
    online_rate: `/devices${query({ tab: "rates", area, type })}`,
    offline: `/devices${query({ area, type, state: "offline" })}`,
    failures: `/devices${query({ tab: "failures", kind: "refrigerator", area, type })}`,
    self_inspection: units({ attention: "unchecked" }),
    rectification: `/areas/${encodeURIComponent(row.id)}${query({ tab: "hazards", type, colour })}`,
    expiring: `/licences${query({ within: "month", area, type })}`,
  };
}
