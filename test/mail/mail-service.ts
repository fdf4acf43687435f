import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

type Mail = { to: string; subject: string };
export type Call = { path: string; headers: IncomingHttpHeaders; body: string; status: number };

/**
 * Stands in for the mail service: takes batches and single mails, keeps what it took, answers a repeated key with
 * the first answer and a key used for other bytes with 409. Addresses at `bad.example` are not valid.
 */
export type MailService = {
  url: string;
  calls: Call[];
  /** Mails that went out. */
  sent: (Mail & { id: string })[];
  /** Answers the next calls with these statuses before anything is looked at; `drop` takes the mails and hangs up, `hang` takes them and says nothing. */
  failNext: (number | 'drop' | 'hang' | 'as usual')[];
  /** An older service, which refuses a whole batch for one bad address. */
  strictOnly: boolean;
  close(): Promise<void>;
};

export async function startMailService(): Promise<MailService> {
  const answers = new Map<string, { body: string; status: number; answer: unknown }>();
  const service: Omit<MailService, 'url' | 'close'> = { calls: [], sent: [], failNext: [], strictOnly: false };
  const deliver = (mail: Mail) => {
    const id = `re_${service.sent.length + 1}`;
    service.sent.push({ ...mail, id });
    return { id };
  };
  const take = (path: string, headers: IncomingHttpHeaders, body: string): { status: number; answer: unknown } => {
    const bad = { statusCode: 422, name: 'validation_error', message: 'Invalid `to` field.' };
    const isBad = ({ to }: Mail) => to.endsWith('@bad.example');
    if (path === '/emails') {
      const mail = JSON.parse(body) as Mail;
      return isBad(mail) ? { status: 422, answer: bad } : { status: 200, answer: deliver(mail) };
    }
    const mails = JSON.parse(body) as Mail[];
    const permissive = headers['x-batch-validation'] === 'permissive' && !service.strictOnly;
    if (!permissive && mails.some(isBad)) return { status: 422, answer: bad };
    const errors = mails.flatMap((mail, index) => (isBad(mail) ? [{ index, message: bad.message }] : []));
    return { status: 200, answer: { data: mails.filter((mail) => !isBad(mail)).map(deliver), ...(permissive && { errors }) } };
  };

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url!;
    const key = String(request.headers['idempotency-key']);
    const failure = service.failNext.shift();
    let outcome: { status: number; answer: unknown };
    if (typeof failure === 'number')
      outcome = { status: failure, answer: { statusCode: failure, name: 'fault', message: `status ${failure}` } };
    else {
      const known = answers.get(key);
      if (known && known.body !== body)
        outcome = { status: 409, answer: { statusCode: 409, name: 'invalid_idempotent_request', message: 'other bytes' } };
      else outcome = known ?? take(path, request.headers, body);
      if (outcome.status === 200) answers.set(key, { body, ...outcome });
    }
    service.calls.push({ path, headers: request.headers, body, status: failure === 'drop' || failure === 'hang' ? 0 : outcome.status });
    if (failure === 'hang') return;
    if (failure === 'drop') return void request.socket.destroy();
    response.writeHead(outcome.status, { 'content-type': 'application/json' }).end(JSON.stringify(outcome.answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(service, { url, close });
}
