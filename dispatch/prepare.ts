import { type Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';

import { searchAttributes } from './lives.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const valueTypes = { DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME, KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD };
const notFound = 5;
const alreadyExists = 6;
const retentionDays = 30;
const patienceMs = 60_000;

/**
 * Makes the namespace and the search attributes that the lives are started with, where a cluster lacks them and
 * lets us. Throws an Error with the commands to run where it does not: on Temporal Cloud they are made by hand.
 */
export async function prepareTemporal(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      if (await makeMissing(connection, namespace)) return;
    } catch (error) {
      const code = isGrpcServiceError(error) ? error.code : undefined;
      if ((code !== notFound && code !== alreadyExists) || Date.now() > deadline) throw notReady(namespace, error);
    }
    await new Promise((resolve) => setTimeout(resolve, 500)); // a cluster learns of what was made within seconds
  }
}

/** True when nothing was missing. Another worker that starts at the same moment may be making the same. */
async function makeMissing(connection: Connection, namespace: string): Promise<boolean> {
  const known = await connection.workflowService.describeNamespace({ namespace }).then(
    () => true,
    () => false,
  );
  if (!known) {
    const workflowExecutionRetentionPeriod = { seconds: (retentionDays * 86_400) as never };
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  }
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => !customAttributes?.[name]);
  if (missing.length === 0) return true;
  const typed = missing.map(({ name, type }) => [name, valueTypes[type as keyof typeof valueTypes]]);
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(typed) });
  return false;
}

function notReady(namespace: string, error: unknown): Error {
  const what = isGrpcServiceError(error) ? error.details : (error as Error).message;
  return new Error(`Temporal's namespace "${namespace}" is not ready for Holdfast (${what}). Make it so with:\n${commandsFor(namespace)}`);
}

/** What support types where we may not do it. */
export const commandsFor = (namespace: string): string =>
  [
    `temporal operator namespace create --namespace ${namespace} --retention ${retentionDays}d`,
    ...Object.values(searchAttributes).map(
      ({ name, type }) =>
        `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type === 'DATETIME' ? 'Datetime' : 'Keyword'}`,
    ),
  ].join('\n');
