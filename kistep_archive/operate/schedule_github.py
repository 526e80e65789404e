"""The workflow that keeps an archive on GitHub: text only, `schedule` fills it in.

Why it is as it is. The archive is a release asset: files of a branch may not pass 100 MB, an asset may reach 2 GB. Each run puts up a
new asset and only then deletes old ones, so that no stop leaves nothing. An archive is begun anew only where GitHub lists its releases
and there is none of ours. GitHub turns schedules of a public repository off after 60 days without activity in it: the last step turns
this workflow on again, which starts the 60 days anew, and the digest of what was put up is a commit, which is activity by GitHub's own
documents and lets nobody exchange the asset unseen.
"""

TEMPLATE = """\
# file: .github/workflows/kistep-archive.yml
# It belongs into a repository that holds the program (a fork or a copy of kistep-archive); elsewhere replace '.' in the line with
# 'pip install' by what pip shall install. To install, in a clone of the repository:
#   1. save this text as .github/workflows/kistep-archive.yml
#   2. git add .github/workflows/kistep-archive.yml && git commit -m 'Archive on a schedule' && git push
#   3. gh workflow run kistep-archive.yml
# The archive is the newest asset of the release 'archive'; its digests are on the branch 'archive-ledger'. Times are in UTC.
name: kistep-archive

on:
  schedule:
    - cron: '@CRON@'
  workflow_dispatch:

permissions:
  contents: write  # the release that keeps the archive, and the ledger's branch
  actions: write  # to keep this schedule on, see the last step

concurrency:
  group: kistep-archive
  cancel-in-progress: false

jobs:
  archive:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    defaults:
      run:
        shell: bash
    env:
      GH_TOKEN: ${{ github.token }}
      KISTEP_ARCHIVE: ${{ github.workspace }}/archive
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-python@v6
        with:
          python-version: '3.13'
      - name: Install
        run: python -m pip install .
      - name: Restore the archive
        run: |
          mkdir -p "$KISTEP_ARCHIVE"
          held=$(gh api --paginate "repos/$GITHUB_REPOSITORY/releases" --jq '.[] | select(.tag_name == "archive") | .id')
          if [ -z "$held" ]; then
            echo "::notice::no release 'archive' yet: a new archive begins"
            exit 0
          fi
          asset=$(gh release view archive --json assets --jq \\
            '[.assets[] | select(.state == "uploaded" and (.name | startswith("archive-")))] | sort_by(.createdAt) | last | .name // ""')
          if [ -z "$asset" ]; then
            echo "::error::the release 'archive' holds no archive; delete the release if a new one shall begin"
            exit 1
          fi
          gh release download archive --pattern "$asset" --dir "$RUNNER_TEMP"
          tar --extract --zstd --file "$RUNNER_TEMP/$asset" --directory "$KISTEP_ARCHIVE"
      - name: Crawl
        id: crawl
        run: |
          code=0
          # after four hours it finishes what is in flight; the next run goes on from there
          timeout --preserve-status 240m @CRAWL@ || code=$?
          echo "code=$code" >> "$GITHUB_OUTPUT"
          case $code in
            0) ;;
            3) echo "::warning::incomplete; the next run goes on" ;;
            4) echo "::error::the site changed; what came is kept as evidence, no post was overwritten" ;;
            *) echo "::error::exit code $code; what was put up before stays as it is"; exit "$code" ;;
          esac
      - name: Verify
        run: @VERIFY@
      - name: Put the archive back
        run: |
          asset="archive-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT.tar.zst"
          tar --create --zstd --file "$RUNNER_TEMP/$asset" --exclude ./lock --directory "$KISTEP_ARCHIVE" .
          if [ -z "$(gh api --paginate "repos/$GITHUB_REPOSITORY/releases" --jq '.[] | select(.tag_name == "archive") | .id')" ]; then
            gh release create archive --latest=false --title 'The archive' --notes 'The newest asset is the whole archive.'
          fi
          gh release upload archive "$RUNNER_TEMP/$asset"
          gh release view archive --json assets --jq \\
            '[.assets[] | select(.name | startswith("archive-"))] | sort_by(.createdAt) | reverse | .[5:][] | .name' |
            while read -r old; do gh release delete-asset archive "$old" --yes; done
      - name: Write its digest into the ledger
        run: |
          asset="archive-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT.tar.zst"
          digest=$(sha256sum < "$RUNNER_TEMP/$asset" | cut -d ' ' -f 1)
          before=$(git ls-remote origin refs/heads/archive-ledger | cut -f 1)
          if [ -n "$before" ]; then
            git fetch --quiet --depth 1 origin archive-ledger
            git show "$before:SHA256SUMS" > "$RUNNER_TEMP/SHA256SUMS"
          fi
          echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $digest $asset exit ${{ steps.crawl.outputs.code }}" >> "$RUNNER_TEMP/SHA256SUMS"
          tree=$(printf '100644 blob %s\\tSHA256SUMS\\n' "$(git hash-object -w "$RUNNER_TEMP/SHA256SUMS")" | git mktree)
          commit=$(git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \\
            commit-tree "$tree" ${before:+-p "$before"} -m "Run $GITHUB_RUN_ID")
          git push --quiet origin "$commit:refs/heads/archive-ledger"
      - name: Keep this schedule on
        if: ${{ always() }}
        run: gh api --method PUT "repos/$GITHUB_REPOSITORY/actions/workflows/kistep-archive.yml/enable"
      - name: Verdict
        run: exit ${{ steps.crawl.outputs.code == '4' && '4' || '0' }}
"""
