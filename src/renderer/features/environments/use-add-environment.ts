import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useApi } from '../../api/api.tsx';
import { environmentPath } from '../../app/routes.ts';

interface Adding {
  /** Adds a ready-made one, or opens it where it is already in the library. */
  readonly addReadyMade: (readyMade: { id: string; environmentId?: string | undefined }, start: boolean) => void;
  /** Asks for a folder or a Compose file and adds what the person chose. */
  readonly addFromDisk: () => void;
  readonly busy: boolean;
}

/** Ways to bring an environment into the library; each ends on the environment's page. */
export function useAddEnvironment(): Adding {
  const api = useApi();
  const queries = useQueryClient();
  const [, navigate] = useLocation();

  const open = async (environmentId: string, start: boolean): Promise<void> => {
    navigate(environmentPath(environmentId));
    await queries.invalidateQueries({ queryKey: api.environments.readyMade.key() });
    if (start) await api.environments.up.call({ environmentId });
  };
  const readyMade = useMutation({
    mutationFn: async ({ id, known, start }: { id: string; known: string | undefined; start: boolean }) => {
      const environmentId = known ?? (await api.environments.add.call({ readyMade: id })).environmentId;
      await open(environmentId, start);
    },
  });
  const fromDisk = useMutation({
    mutationFn: async () => {
      const picked = await api.app.pickCompose.call();
      if (!picked) return;
      await open((await api.environments.add.call({ path: picked.path })).environmentId, false);
    },
  });
  return {
    addReadyMade: ({ id, environmentId }, start) => readyMade.mutate({ id, known: environmentId, start }),
    addFromDisk: () => fromDisk.mutate(),
    busy: readyMade.isPending || fromDisk.isPending,
  };
}
