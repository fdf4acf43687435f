export function registerBlockSchedule(_app: unknown, _deps: unknown): void {}
