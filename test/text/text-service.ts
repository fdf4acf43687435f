import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SentText = { sid: string; to: string; from: string; body: string; date_created: string };

/** A local stand-in for a text service with the HTTP API of Twilio. */
export type TextService = {
  url: string;
  sent: SentText[];
  calls: { method: string; authorization: string | undefined; form: Record<string, string> }[];
  /** What the next calls to send meet: `drop` takes the text and cuts the line, a number is a status with this code. */
  failNext: ('drop' | { status: number; code: number; message: string })[];
  close(): Promise<void>;
};

export async function startTextService(): Promise<TextService> {
  const service = { sent: [], calls: [], failNext: [] } as unknown as TextService;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url!, 'http://local');
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
      service.calls.push({ method: request.method!, authorization: request.headers.authorization, form });
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (pathname !== '/2010-04-01/Accounts/AC1/Messages.json') return answer(404, {});
      if (request.method === 'GET') return answer(200, { messages: service.sent.filter(({ to }) => to === searchParams.get('To')) });
      const fault = service.failNext.shift();
      if (typeof fault === 'object') return answer(fault.status, fault);
      const text = { sid: `SM${service.sent.length + 1}`, to: form.To!, from: form.From!, body: form.Body! };
      service.sent.push({ ...text, date_created: new Date().toUTCString() });
      if (fault === 'drop') return response.destroy();
      answer(201, { sid: text.sid, status: 'queued' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  service.close = () => new Promise((resolve) => server.close(() => resolve()));
  return service;
}
