/** What only an app's own pages have: their title, their way from one to another, and their buttons. */
import type {
  PageBreadcrumbsCurrentProps,
  PageBreadcrumbsProps,
  PageHeaderLinkProps,
  PageLinkProps,
  PageTitleProps,
} from '@hubspot/ui-extensions/pages';
import type { ComponentProps, ReactNode } from 'react';
import { useShell } from '../shell.tsx';
import { Button } from './actions.tsx';

export function PageTitle({ children }: PageTitleProps) {
  return <h2 className="page-heading">{children}</h2>;
}

/** The preview shows an app's first page only, as Rekindle has no other. */
export function PageLink({ to, children }: PageLinkProps) {
  const shell = useShell();
  const explain = (): void =>
    shell.addAlert({ type: 'info', title: 'HubSpot would open a page of the app', message: to });
  return (
    <button type="button" className="link-button" onClick={explain}>
      {children}
    </button>
  );
}

export function PageBreadcrumbs({ children }: PageBreadcrumbsProps) {
  return (
    <nav className="breadcrumbs" aria-label="Breadcrumbs">
      {children}
    </nav>
  );
}

export function PageBreadcrumbsCurrent({ children }: PageBreadcrumbsCurrentProps) {
  return <span aria-current="page">{children}</span>;
}

export function Actions({ children }: { children?: ReactNode }) {
  return <div className="button-row">{children}</div>;
}

export function PrimaryHeaderActionButton(props: ComponentProps<typeof Button>) {
  return <Button {...props} variant="primary" />;
}

export function PageHeaderLink({ children, ...props }: PageHeaderLinkProps) {
  return (
    <Button {...props} variant="transparent">
      {children}
    </Button>
  );
}
