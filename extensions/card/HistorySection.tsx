import { Button, Flex } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { History } from './History.tsx';

/** Closed until somebody asks: most people need the verdict and the next step only, and those come first. */
export function HistorySection({ server, companyId }: { server: string | null; companyId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Flex direction="column" gap="sm">
      <Flex direction="row">
        <Button variant="transparent" size="xs" onClick={() => setOpen(!open)} testId="toggle-history">
          {open ? 'Hide the last twelve months' : 'Show the last twelve months'}
        </Button>
      </Flex>
      {open ? <History server={server} companyId={companyId} /> : null}
    </Flex>
  );
}
