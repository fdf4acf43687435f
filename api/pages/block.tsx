export function registerBlockPage(_app: unknown, _deps: unknown): void {}
