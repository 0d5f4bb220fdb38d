import { Component, type ReactNode } from 'react';

type Props = { readonly children?: ReactNode; readonly onError: (error: Error) => void };

/** Draws nothing in place of what crashed and says what happened; React knows boundaries as classes only. */
export class ErrorBoundary extends Component<Props, { readonly crashed: boolean }> {
  override readonly state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override componentDidCatch(error: Error): void {
    this.props.onError(error);
  }

  override render(): ReactNode {
    return this.state.crashed ? null : this.props.children;
  }
}
