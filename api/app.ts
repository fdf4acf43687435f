/** Builds the API and the pages. It never listens: tests inject into it, server.ts gives it a port. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import underPressure from '@fastify/under-pressure';
import fastify, { type FastifyRequest, type FastifyServerOptions } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';

import { DomainError } from '../domain/errors.ts';
import { registerCalendar } from './calendar.ts';
import { refuseUnstorable } from './characters.ts';
import { registerCodecServer } from './codec-server.ts';
import type { Deps } from './deps.ts';
import { registerFhir } from './fhir/index.ts';
import { registerPages, sendProblemPage } from './pages/index.ts';
import { noteVisitor } from './pages/reader.ts';
import { sendProblem, withProblems } from './problems.ts';
import { registerHealth } from './routes/health.ts';
import { registerRoutes } from './routes/index.ts';

const packageJson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
const picoPath = createRequire(import.meta.url).resolve('@picocss/pico/css/pico.classless.min.css');

const asksForPage = ({ headers }: FastifyRequest) => headers.accept?.includes('text/html') ?? false;

export type App = Awaited<ReturnType<typeof buildApp>>;

export async function buildApp(deps: Deps, options: FastifyServerOptions = {}) {
  const { config } = deps;
  const app = fastify({
    logger: { level: config.LOG_LEVEL, redact: ['req.headers.authorization', 'req.headers.cookie', 'req.url'], name: 'api' },
    bodyLimit: 1_048_576,
    requestTimeout: 60_000, // whoever sends a byte a minute is not waited for
    trustProxy: config.TRUST_PROXY ?? false,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // an address that is none: no route and no hook sees it
    frameworkErrors: (error, request, reply) => void (asksForPage(request) ? sendProblemPage : sendProblem)(error, request, reply),
    ...options,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  app.addHook('preValidation', refuseUnstorable);
  app.setNotFoundHandler(async (request, reply) => {
    const error = new DomainError('NOT_FOUND', { path: request.url.split('?')[0] });
    if (!asksForPage(request)) return sendProblem(error, request, reply);
    await noteVisitor(deps, request);
    return sendProblemPage(error, request, reply);
  });

  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        upgradeInsecureRequests: null, // a laptop serves plain HTTP
      },
    },
    referrerPolicy: { policy: 'same-origin' }, // a link's token must not travel on
  });
  await app.register(cookie);
  await app.register(formbody);
  await app.register(rateLimit, { global: true, max: 1200, timeWindow: '1 minute', allowList: ['127.0.0.1', '::1'] });
  await app.register(underPressure, { maxEventLoopDelay: config.OVERLOADED_AFTER_SECONDS * 1000, exposeStatusRoute: false });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version: packageJson.version,
        description: 'Gives unused time in operating rooms back to those who need it.',
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key: npm run holdfast -- keys create' } },
      },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withProblems(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });

  const pico = readFileSync(picoPath);
  app.get('/assets/pico.css', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/css').header('cache-control', 'public, max-age=86400').send(pico),
  );
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  registerHealth(app, deps);
  const { HOLDFAST_PAYLOAD_KEY: key } = config;
  if (key) await app.register(async (codec) => registerCodecServer(codec, deps, key));
  await app.register(async (v1) => registerRoutes(v1, deps), { prefix: '/v1' });
  await app.register(async (fhir) => registerFhir(fhir, deps, packageJson.version), { prefix: '/fhir/R4' });
  registerCalendar(app, deps);
  await app.register(async (pages) => registerPages(pages, deps));
  return app;
}
