// The way in, in plain JavaScript: it runs on any Node and before anything is installed, so that both can be said in one sentence.
import './production.mjs';

const oldestNode = [20, 20];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]))
  end(
    `Holdfast needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}. Install a current LTS release from nodejs.org.`,
  );

import('tsx/esm/api')
  .catch(({ code }) => end(code === 'ERR_MODULE_NOT_FOUND' ? 'The dependencies are not installed yet. Run `npm ci` first.' : code))
  .then(({ register }) => register())
  .then(() => import('./holdfast.ts'))
  .then(({ holdfast }) => holdfast(process.argv.slice(2)))
  .then((program) => program.parseAsync())
  .catch((error) => end(error instanceof Error ? error.message : error));

function end(sentence) {
  console.error(sentence);
  process.exit(1);
}
