export function registerFindOpenTime(_app: unknown, _deps: unknown): void {}
