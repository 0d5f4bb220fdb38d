/** What the page and the worker that runs an extension say to each other. Everything crosses a message channel. */
import type { RemoteChannel } from '@remote-ui/core';
import type { FetchAnswer, FetchRequest } from '../fetch-proxy.ts';

export type Alert = {
  readonly type?: 'info' | 'warning' | 'success' | 'danger' | 'tip' | undefined;
  readonly title?: string;
  readonly message: string;
};

export type IframeModal = {
  readonly uri: string;
  readonly title?: string;
  readonly width: number;
  readonly height: number;
  readonly flush?: boolean;
};

export type StoredProperties = Readonly<Record<string, string | null>>;

/** What an extension may ask of HubSpot, and HubSpot answers. */
export type RealmHost = {
  fetch(request: FetchRequest): Promise<FetchAnswer>;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
  crashed(message: string): void;
  readProperties(names: readonly string[] | '*'): Promise<StoredProperties>;
  onProperties(names: readonly string[] | '*', callback: (properties: StoredProperties) => void): void;
  addAlert(alert: Alert): void;
  refreshObjectProperties(): void;
  reloadPage(): void;
  openIframeModal(modal: IframeModal, onClose?: () => void): void;
  copyTextToClipboard(text: string): Promise<void>;
  closeOverlay(id: string): void;
  navigateToPage(page: { to: string; params?: Record<string, string> }): void;
};

/** The context that HubSpot hands to an extension (hubspot-platform.md section 6.2). */
export type RealmContext = {
  readonly location: string;
  /** Absent where the extension stands on no record: the settings and the app's pages. */
  readonly crm?: { readonly objectId: number; readonly objectTypeId: '0-2' };
  readonly user: {
    readonly id: number;
    readonly email: string;
    readonly emails: readonly string[];
    readonly firstName: string;
    readonly lastName: string;
    readonly locale: string;
    readonly language: string;
    readonly roles: readonly string[];
    readonly teams: readonly never[];
    readonly permissions: readonly 'integrations-management-write'[];
  };
  readonly portal: { readonly id: number; readonly timezone: string };
  readonly extension: { readonly appId: string; readonly appName: string; readonly cardTitle: string };
  readonly variables: Readonly<Record<string, string>>;
};

export type RealmWorker = {
  start(script: string, context: RealmContext, channel: RemoteChannel): Promise<void>;
};
