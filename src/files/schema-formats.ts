/** The formats that our schemas may name. */
import { isDate, isInstant } from './calendar.js';

export const FORMATS = { date: isDate, 'date-time': isInstant } as const;
