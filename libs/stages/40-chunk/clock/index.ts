/**
 * The clock doctor: finds, while a recording is cut, where its clock was wrong, stepped or drifted, and which sensors'
 * clocks differ. It stands beside the cutter and looks at each batch before the cutter does. It never changes a message,
 * and no chunk or id hangs on what it finds.
 */
export { ClockObserver, type ClockReport } from './clock-observer.ts';
