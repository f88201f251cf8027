export declare const AVATARS: readonly string[];
export declare function tokensCss(tokens: unknown): string;
