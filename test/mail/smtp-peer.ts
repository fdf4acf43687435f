import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A mail server of few words. `refusals`: the answer to RCPT TO by address, such as `550 no such user`. */
export type SmtpPeer = {
  url: string;
  taken: { to: string; data: string }[];
  connections: number;
  refusals: Map<string, string>;
  close(): Promise<void>;
};

export async function startSmtpPeer(): Promise<SmtpPeer> {
  const peer = { taken: [] as SmtpPeer['taken'], connections: 0, refusals: new Map<string, string>() };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    peer.connections++;
    sockets.add(
      socket
        .setEncoding('utf8')
        .on('close', () => sockets.delete(socket))
        .on('error', () => {}),
    );
    let rest = '';
    let to = '';
    let inData = false;
    socket.write('220 peer ready\r\n');
    socket.on('data', (chunk: string) => {
      rest += chunk;
      for (let end = rest.indexOf(inData ? '\r\n.\r\n' : '\r\n'); end >= 0; end = rest.indexOf(inData ? '\r\n.\r\n' : '\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + (inData ? 5 : 2));
        socket.write(`${answer(line)}\r\n`);
      }
    });

    function answer(line: string): string {
      if (inData) {
        inData = false;
        peer.taken.push({ to, data: line });
        return '250 taken';
      }
      const command = line.slice(0, 4).toUpperCase();
      if (command === 'EHLO') return '250 peer';
      if (command === 'RCPT') {
        to = /<(.+)>/.exec(line)![1]!;
        return peer.refusals.get(to) ?? '250 fine';
      }
      if (command === 'DATA') {
        inData = true;
        return '354 go on';
      }
      return command === 'QUIT' ? '221 bye' : '250 fine';
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(peer, { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
}
