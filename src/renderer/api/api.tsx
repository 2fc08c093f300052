import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query';
import { createContext, type ReactNode, use } from 'react';
import type { Contract } from '../../shared/contract.ts';

type Client = ContractRouterClient<Contract>;

/** Queries, live queries and mutations for every procedure of the contract. */
export type Api = RouterUtils<Client>;

export function createApi(port: MessagePort): Api {
  const client: Client = createORPCClient(new RPCLink({ port }));
  port.start();
  return createTanstackQueryUtils(client);
}

const ApiContext = createContext<Api | undefined>(undefined);

export function ApiProvider({ api, children }: { api: Api; children: ReactNode }): ReactNode {
  return <ApiContext value={api}>{children}</ApiContext>;
}

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi is called outside ApiProvider');
  return api;
}
