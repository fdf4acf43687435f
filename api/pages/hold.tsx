export function registerHoldPage(_app: unknown, _deps: unknown): void {}
