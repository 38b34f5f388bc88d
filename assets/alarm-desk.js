// The alarm desk.

import { desk } from "./desk.js";
import { whenDrawn } from "./page.js";

whenDrawn("alarm-desk", () => desk());
