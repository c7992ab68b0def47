/** The formats that the schemas use. */
import { isDate, isInstant } from './calendar.js';

export const FORMATS = { date: isDate, 'date-time': isInstant } as const;
