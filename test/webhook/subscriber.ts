import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Post = {
  headers: IncomingHttpHeaders;
  body: string;
  event: { type: string; data: { subject: { id: string }; sequence: number } };
};
type Answer = number | 'hang' | 'drop';

/** Somebody who subscribed: keeps what is posted, and answers as the test wishes. */
export async function startSubscriber(answer: (post: Post, count: number) => Answer = () => 204) {
  const posts: Post[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const post = { headers: request.headers, body, event: JSON.parse(body) };
      posts.push(post);
      const what = answer(post, posts.length);
      if (what === 'drop') request.socket.destroy();
      else if (what !== 'hang') response.writeHead(what, { location: 'http://127.0.0.1:1/' }).end('an answer');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    posts,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
