import { connect, createServer } from 'node:net';

const given = new Set<number>(); // not twice to two that ask at the same time

/** A port on the loopback address that nobody listens on now, and that was not handed out before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.on('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
    });
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** True when somebody listens there already. False also where listening would fail for another reason. */
export async function portTaken(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await answers(port, host)) || (await refused(port, host));
}

/** Some systems let a second process listen on an address that another one serves as part of all addresses. */
function answers(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const done = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket
      .on('connect', () => done(true))
      .on('error', () => done(false))
      .on('timeout', () => done(false));
  });
}

function refused(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen(port, host, () => server.close(() => resolve(false)));
  });
}
