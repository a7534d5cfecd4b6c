"""The one way out to the network. What reads sources (`syncers.http`) and what sends webhooks
(`curation.notifications.webhook`) go through `registry.http.client`, and nothing else connects to anywhere.
"""
