# Français.

language = Français
direction = ltr
instant = { $day } { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
    } { $year }, { $time } UTC

-not-believed = La connexion a échoué
-no-access = Vous n’avez pas encore accès
-setup = Cela tient à la configuration de l’authentification unique. Demandez à votre administrateur de l’examiner.

skip = Aller au contenu
sign-in = Connexion
sign-out = Se déconnecter
sign-in-again = Se reconnecter
sign-in-to = Se connecter à { $organization }
by-service = Connexion par Vestibule

home = C’est ici que l’on se connecte
    .lead = Chaque organisation a son propre lien de connexion. Utilisez celui que la vôtre vous a donné, ou ouvrez votre application : elle vous amène ici quand il faut vous connecter.
    .help = Vous n’avez pas de lien ? Demandez à l’administrateur de votre organisation.

choose = Se connecter
    .lead = Comment souhaitez-vous vous connecter ?
    .help = Vous hésitez ? Choisissez le moyen par lequel vous vous connectez d’habitude au travail.

sending = Un instant
    .heading = Un instant…
    .lead = Vous êtes dirigé vers votre fournisseur d’identité. Si rien ne se passe, utilisez le bouton.
    .action = Continuer

help = Si vous avez besoin d’aide
    .ask = Contact
    .email = E-mail
    .phone = Téléphone
    .tell-contact = Donnez-lui cette référence, qui permet de retrouver ce qui s’est passé :
    .tell-administrator = Donnez à votre administrateur cette référence, qui permet de retrouver ce qui s’est passé :
    .code = Code :

link = Confirmer votre compte
    .heading = Est-ce votre compte ?
    .lead = Quelqu’un s’est connecté à { $organization } par le fournisseur d’identité de votre organisation avec l’adresse ci-dessous. Si c’était vous, confirmez-le : vous vous connecterez désormais ainsi à ce compte.
    .action = Oui, c’était moi
    .not-you = Ce n’était pas vous ? Fermez cette page : rien ne se passe, et le lien cesse de fonctionner le { $expires }. Prévenez votre administrateur si cela se reproduit.
linked = Confirmé
    .heading = Ce compte est le vôtre
    .lead = Connectez-vous encore une fois pour entrer. Désormais, cette étape n’est plus nécessaire.

signed-out = Déconnecté
    .heading = Vous êtes déconnecté
    .action = Se reconnecter à { $organization }
    .ended = Vous êtes aussi déconnecté de votre fournisseur d’identité.
    .partly = Vous êtes aussi déconnecté de votre fournisseur d’identité, mais pas de toutes les applications. Si d’autres utilisent cet ordinateur, fermez le navigateur.
    .failed = Votre fournisseur d’identité ne vous a pas déconnecté. Si d’autres utilisent cet ordinateur, déconnectez-vous là-bas et fermez le navigateur.
    .alone = Vous êtes peut-être encore connecté à votre fournisseur d’identité. Si d’autres utilisent cet ordinateur, déconnectez-vous là-bas aussi et fermez le navigateur.

signed-in = Connecté
    .heading = Vous êtes connecté, { $name }
    .organization = Organisation
    .through = Connecté par
    .until = Connecté jusqu’au
    .none = aucun
    .changes = Ce qui a changé
    .from = de
    .to = à
    .nothing = rien
    .warnings = Non repris
    .warned = ce que votre fournisseur d’identité a envoyé n’est pas valable ici ; rien n’a donc changé.
    .why = Pourquoi votre compte est ainsi
    .why-lead = Les règles de votre organisation l’ont décidé le { $at } d’après ce que votre fournisseur d’identité a envoyé.
    .as-it-was = inchangé
    .no-value = aucune valeur
    .attribute = Attribut recherché
    .arrived = Ce qui est arrivé
    .rule = Règle :
    .reference = Si quelque chose ne va pas, donnez cette référence à votre administrateur :
outcome-created = Nouveau compte
    .happened = Votre compte a été créé lors de cette connexion.
    .welcomed = Un e-mail de bienvenue vous parviendra.
outcome-updated = Mis à jour
    .happened = Votre compte a été mis à jour lors de cette connexion.
outcome-unchanged = Connecté
    .happened = Votre compte est comme avant.
outcome-refused = Refusé
    .happened = Cette connexion a été refusée.

topic-identity = Qui vous êtes
topic-registration = Inscription
topic-first_name = Prénom
topic-last_name = Nom
topic-email = Adresse e-mail
topic-location = Lieu
topic-user_type = Type d’utilisateur
topic-role = Rôle
topic-assignments = Type d’utilisateur et rôle

why-match_identity = Vous avez été reconnu par le nom sous lequel votre fournisseur d’identité vous connaît.
why-match_email = Vous avez été reconnu par votre adresse e-mail.
why-match_near_miss = Le nom sous lequel vous êtes connu est presque celui d’une autre personne.
why-match_bound_elsewhere = Votre adresse appartient à un compte lié à une autre identité.
why-match_none = Personne n’a été reconnu : vous êtes donc nouveau ici.
why-match_deactivated = Le compte est désactivé.
why-match_unusable_name_id = Un tel nom ne permet de reconnaître personne.
why-email_domain = Seules les adresses de certains domaines peuvent se connecter.
why-registration = Les comptes ne sont pas créés automatiquement ici.
why-required_name = Un nouveau compte a besoin d’un nom.
why-required_email = Un nouveau compte a besoin d’une adresse e-mail.
why-mapped_attribute = Votre fournisseur d’identité l’a envoyé.
why-default_value = Votre fournisseur d’identité n’a rien envoyé : la valeur par défaut de l’organisation a été prise.
why-role_of_type = Un type d’utilisateur a été envoyé sans rôle : le rôle qui lui correspond a été pris.
why-pair_in_catalog = Le catalogue de l’organisation contient ce type d’utilisateur et ce rôle.
why-invalid_value = Ce qui a été envoyé n’est pas une valeur valable.
why-privileged_pair = Ce rôle n’est donné que là où c’est expressément permis.
why-welcome = Un nouveau compte est accueilli par un e-mail.
why-keep_current = Votre fournisseur d’identité n’a rien envoyé : rien n’a donc changé.
why-email_change = Votre fournisseur d’identité a envoyé une autre adresse.
why-add_assignment = Votre fournisseur d’identité a envoyé un type d’utilisateur que vous n’aviez pas : il a été ajouté.
why-change_role = Votre fournisseur d’identité a envoyé un autre rôle pour ce type d’utilisateur.
why-same_assignment = Vous aviez déjà ce que votre fournisseur d’identité a envoyé.
why-incomplete_pair = Il faut un type d’utilisateur et un rôle ; un seul a été envoyé : rien n’a donc changé.
why-never_removed = Une connexion ne retire jamais rien.
why-settings = Cette règle concerne les réglages, pas les connexions.

note-multiple_values = { $count } valeurs différentes sont arrivées, et rien ne dit laquelle compte.
note-not_in_catalog = La valeur n’est pas dans le catalogue de l’organisation ; les majuscules comptent.
note-looks_like_an_id = La valeur n’est pas dans le catalogue de l’organisation ; elle ressemble à un identifiant, mais c’est le nom du lieu qu’il faut.
note-unfit = La valeur n’a pas la forme requise.
note-near_miss = Un attribut nommé « { $arrived } » est arrivé ; c’est presque celui qui était recherché, mais pas tout à fait.
note-address_taken = Une autre personne de l’organisation a cette adresse.
note-name_id_near_miss = Quelqu’un est connu sous un nom qui ne diffère que par les majuscules ou les espaces.
note-not_a_role_of_the_type = Ce rôle n’est pas un rôle de ce type d’utilisateur.
note-role_missing = Un type d’utilisateur a été envoyé sans rôle, et on ne sait pas lequel de ses rôles est voulu.
note-user_type_missing = Un rôle a été envoyé sans type d’utilisateur, et il faut les deux.
note-pair_missing = Ni type d’utilisateur ni rôle n’ont été envoyés, et il n’y a pas de valeur par défaut.
note-only_role = Ce type d’utilisateur n’a que ce rôle : il compte comme envoyé.
note-privileged_not_allowed = Ce rôle donne des droits particuliers et ne peut pas être donné ainsi.
note-privileged_filled_in = Ce rôle donne des droits particuliers : il faut envoyer le type d’utilisateur et le rôle.
note-registration_off = Les comptes ne sont pas créés automatiquement ici.
note-jit_not_enabled = Les comptes ne sont pas créés automatiquement pour cette organisation.
note-address_from_name_id = Le nom sous lequel votre fournisseur d’identité vous connaît sert d’adresse e-mail.
note-link_mailed = Un utilisateur a cette adresse ; un lien y a été envoyé.
note-linking_off = Un utilisateur a cette adresse, et les comptes ne sont pas liés par l’adresse ici.
note-letter_case_only = Seules les majuscules diffèrent de l’adresse enregistrée : ce n’est pas un changement.

refused-malformed_response = { -not-believed }
    .happened = Ce que votre fournisseur d’identité a envoyé est illisible.
    .advice = Réessayez une fois. Si cela se reproduit, prévenez votre administrateur.
refused-untrusted_signature = { -not-believed }
    .happened = Ce que votre fournisseur d’identité a envoyé n’est pas signé par une clé à laquelle cette organisation fait confiance.
    .advice = { -setup }
refused-unsupported_response = { -not-believed }
    .happened = Votre fournisseur d’identité a envoyé une réponse d’une sorte qui n’est pas acceptée ici.
    .advice = { -setup }
refused-response_expired = Cette connexion a pris trop de temps
    .happened = La réponse de votre fournisseur d’identité avait expiré à son arrivée.
    .advice = Reconnectez-vous. Si cela se reproduit aussitôt, prévenez votre administrateur : une horloge est peut-être mal réglée.
refused-response_not_yet_valid = { -not-believed }
    .happened = La réponse de votre fournisseur d’identité n’est pas encore valable.
    .advice = Réessayez dans quelques minutes. Si cela se reproduit, prévenez votre administrateur : une horloge est peut-être mal réglée.
refused-wrong_audience = { -not-believed }
    .happened = La réponse de votre fournisseur d’identité était destinée à un autre service.
    .advice = { -setup }
refused-wrong_recipient = { -not-believed }
    .happened = La réponse de votre fournisseur d’identité était destinée à un autre service.
    .advice = { -setup }
refused-wrong_destination = { -not-believed }
    .happened = La réponse de votre fournisseur d’identité était destinée à un autre service.
    .advice = { -setup }
refused-wrong_issuer = { -not-believed }
    .happened = La réponse vient d’un fournisseur d’identité que cette organisation n’utilise pas.
    .advice = { -setup }
refused-unsolicited_response = Commencez ici, s’il vous plaît
    .happened = Cette organisation veut que les connexions commencent sur cette page, et non chez le fournisseur d’identité.
    .advice = Utilisez le bouton ci-dessous.
refused-unknown_request = Cette connexion est terminée
    .happened = Elle a été commencée il y a trop longtemps ou dans un autre navigateur, ou elle est déjà achevée.
    .advice = Reconnectez-vous dans ce navigateur. Les cookies doivent être autorisés pour ce site.
refused-replayed_response = Cette connexion a déjà servi
    .happened = Chaque connexion sert une fois. Revenir en arrière dans le navigateur, ou recharger, envoie de nouveau la même.
    .advice = Reconnectez-vous.
refused-identity_provider_error = Votre fournisseur d’identité ne vous a pas connecté
    .happened = Il dit lui-même que la connexion a échoué ou a été interrompue.
    .advice = Réessayez. Si cela se reproduit, demandez à ceux qui gèrent votre fournisseur d’identité.
refused-connection_disabled = La connexion est désactivée
    .happened = Ce moyen de se connecter est désactivé pour le moment.
    .advice = Demandez à votre administrateur.
refused-registration_disabled = { -no-access }
    .happened = Votre fournisseur d’identité vous connaît, mais vous n’avez pas de compte ici, et les comptes ne sont pas créés automatiquement.
    .advice = Demandez un compte à votre administrateur.
refused-missing_required_attribute = { -no-access }
    .happened = Votre fournisseur d’identité n’a pas envoyé de nom utilisable, et un compte en a besoin.
    .advice = { -setup }
refused-missing_email = { -no-access }
    .happened = Votre fournisseur d’identité n’a pas envoyé d’adresse e-mail utilisable, et un compte en a besoin.
    .advice = { -setup }
refused-invalid_user_type_or_role = { -no-access }
    .happened = Votre fournisseur d’identité n’a pas envoyé de type d’utilisateur et de rôle qui puissent être donnés ici.
    .advice = { -setup }
refused-email_in_use = Votre compte n’a pas pu être trouvé
    .happened = L’adresse e-mail que votre fournisseur d’identité a envoyée ne peut pas servir pour votre compte.
    .advice = Demandez à votre administrateur de l’examiner.
refused-email_domain_not_allowed = { -no-access }
    .happened = Une adresse comme la vôtre ne permet pas de se connecter ici.
    .advice = Connectez-vous avec votre adresse dans cette organisation, ou demandez à votre administrateur.
refused-user_deactivated = Votre compte est désactivé
    .happened = Vous ne pouvez pas vous connecter avec ce compte pour le moment.
    .advice = Si vous pensez que c’est une erreur, demandez à votre administrateur.
refused-ambiguous_match = Votre compte n’a pas pu être trouvé
    .happened = Le nom sous lequel votre fournisseur d’identité vous connaît est presque, mais pas tout à fait, un nom connu ici.
    .advice = { -setup }
refused-unknown_location = { -no-access }
    .happened = Votre fournisseur d’identité a envoyé un lieu que cette organisation ne connaît pas.
    .advice = { -setup }
refused-link_verification_sent = Consultez votre messagerie
    .happened = Vous avez peut-être déjà un compte. Pour s’assurer qu’il est à vous, un e-mail contenant un lien a été envoyé à son adresse.
    .advice = Ouvrez le lien, puis reconnectez-vous. Il sert une fois, pendant 24 heures.

failed-organization_not_found = Cette organisation n’existe pas
    .happened = L’adresse est peut-être mal écrite, ou l’organisation en a maintenant une autre.
    .advice = Vérifiez le lien que l’on vous a donné.
failed-connection_not_found = Ce moyen de se connecter n’existe pas
    .happened = L’organisation n’a pas de connexion de ce nom.
    .advice = Utilisez le bouton ci-dessous, ou vérifiez le lien que l’on vous a donné.
failed-sso_not_configured = L’authentification unique n’est pas encore configurée
    .happened = Cette organisation n’a pas de fournisseur d’identité à interroger.
    .advice = Demandez à votre administrateur.
failed-return_to_not_allowed = Ce lien mène ailleurs
    .happened = Après la connexion, il vous enverrait à un endroit que cette organisation n’a pas indiqué.
    .advice = Utilisez le bouton ci-dessous, ou commencez dans votre application.
failed-link_expired = Ce lien ne fonctionne plus
    .happened = Il a déjà servi, ou date de plus de 24 heures.
    .advice = Reconnectez-vous : un nouvel e-mail est envoyé s’il le faut.
failed-untrusted_logout = Vous êtes peut-être encore connecté
    .happened = Un message qui devait vous déconnecter n’est pas un message que votre fournisseur d’identité vient de signer pour ce service.
    .advice = Déconnectez-vous dans votre application elle-même, et fermez le navigateur si d’autres utilisent cet ordinateur.
failed-response_too_large = { -not-believed }
    .happened = Votre fournisseur d’identité a envoyé plus que ce qui peut être reçu.
    .advice = Demandez à votre administrateur : souvent, trop de groupes sont envoyés.
failed-unsupported_media_type = { -not-believed }
    .happened = Ce qui est arrivé n’est pas le formulaire qu’un fournisseur d’identité envoie.
    .advice = Revenez à l’endroit où vous avez commencé, et réessayez.
failed-too_many_requests = Un instant, s’il vous plaît
    .happened = Trop d’essais sont venus de votre réseau en peu de temps.
    .advice = Réessayez dans une minute.
failed-temporarily_unavailable = Nous revenons tout de suite
    .happened = Le service ne peut pas répondre pour le moment. Rien n’a été changé.
    .advice = Attendez un instant, et réessayez.
failed-cross_site_request = Cela ne venait pas d’ici
    .happened = Un autre site a essayé d’utiliser cette page : rien n’a donc été fait.
    .advice = Revenez à la page où vous étiez, et réessayez.
failed-not_found = Il n’y a rien ici
    .happened = L’adresse est peut-être mal écrite, ou la page a été déplacée.
    .advice = Utilisez le lien de connexion que votre organisation vous a donné.
failed-otherwise = Quelque chose n’a pas fonctionné
    .happened = La faute est au service, pas à vous. Elle a été notée.
    .advice = Réessayez dans un instant. Si cela se reproduit, prévenez votre administrateur.

mail-hello = Bonjour { $name },
mail-by-hand = Si le bouton ne fonctionne pas, ouvrez cette adresse :
mail-no-answer = Aucune réponse n’est nécessaire, et personne ne lit les réponses.
mail-to-contact = { $organization } a envoyé cet e-mail au contact technique de la connexion.
mail-what-to-do = Que faire
mail-certificate = Certificat
    .added = Nouveau certificat
    .removed = Certificat retiré
    .ends = Expire : { $at }

mail-welcome = Bienvenue, { $name }
    .subject = Votre compte { $organization } est prêt
    .preview = Connectez-vous avec le compte que vous utilisez déjà dans votre organisation.
    .happened = Un compte a été créé pour vous chez { $organization }. Il n’y a rien d’autre à configurer.
    .password = Aucun nouveau mot de passe n’est nécessaire : vous vous connectez avec le compte que vous utilisez déjà dans votre organisation.
    .action = Se connecter
    .open = Connectez-vous quand vous le souhaitez :
    .not-you = Vous n’attendiez pas de compte ? Prévenez la personne qui gère les comptes de votre organisation : quelqu’un d’autre utilise peut-être le vôtre.
    .why = { $organization } vous a envoyé cet e-mail parce qu’un compte a été créé avec cette adresse.

mail-link = Était-ce vous, { $name } ?
    .subject = Était-ce vous ? Confirmez votre connexion à { $organization }
    .preview = Quelqu’un s’est connecté avec votre adresse. Rien ne se passe tant que vous ne l’avez pas confirmé.
    .happened = Quelqu’un s’est connecté à { $organization } par « { $connection } » avec cette adresse e-mail. Vous avez déjà un compte avec cette adresse : dites-nous si c’était vous.
    .if-you = C’était vous ? Ouvrez la page et appuyez sur « { link.action } ». Rien ne se passe tant que vous n’avez pas appuyé sur ce bouton. Ensuite, vous vous connecterez à votre compte par « { $connection } ».
    .action = Ouvrir la page
    .until = Le lien fonctionne une seule fois, jusqu’au { $at }, soit { $hours ->
        [one] { $hours } heure
       *[other] { $hours } heures
        } après la connexion. S’il a expiré, connectez-vous de nouveau pour en recevoir un autre.
    .not-you = Ce n’était pas vous ? N’appuyez pas sur le bouton. Sans lui, personne n’entre dans votre compte, et le lien cesse de fonctionner de lui-même. Prévenez la personne qui gère les comptes de votre organisation.
    .why = { $organization } vous a envoyé cet e-mail à cause d’une connexion avec cette adresse. Ne le transférez pas : le lien n’est destiné qu’à vous.

mail-moved = Votre adresse e-mail a changé
    .subject = L’adresse e-mail de votre compte { $organization } a changé
    .preview = Les e-mails au sujet de votre compte sont désormais envoyés à votre nouvelle adresse.
    .happened = Cette adresse e-mail n’est plus celle de votre compte chez { $organization }. Votre organisation nous a indiqué une nouvelle adresse lors de votre connexion, et elle a remplacé celle-ci.
    .from-now-on = Vous vous connectez comme avant. Les e-mails au sujet de votre compte sont désormais envoyés à la nouvelle adresse. Si vous étiez au courant, il n’y a rien à faire.
    .not-you = Vous ne vous y attendiez pas ? Prévenez la personne qui gère les comptes de votre organisation. Elle peut retrouver la connexion et corriger l’adresse.
    .why = { $organization } a envoyé cet e-mail à votre ancienne adresse pour que le changement ne passe pas inaperçu.

mail-ends = Un certificat expire dans { $days ->
        [one] { $days } jour
       *[other] { $days } jours
        }
    .subject = Un certificat de signature de « { $connection } » expire dans { $days ->
        [one] { $days } jour
       *[other] { $days } jours
        }
    .preview = Il expire le { $at }.
    .happened = Un certificat de signature du fournisseur d’identité derrière la connexion « { $connection } » ({ $key }) de { $organization } expire le { $at } :
    .advice = Vérifiez auprès du fournisseur d’identité s’il a déjà un nouveau certificat, ou créez-en un. Si ses métadonnées sont récupérées à une adresse, le nouveau certificat arrive de lui-même et attend votre approbation, sauf si l’adresse est de confiance. Sinon, enregistrez les nouvelles métadonnées dans cette connexion avant que le fournisseur d’identité ne commence à signer avec la nouvelle clé. Les deux certificats peuvent coexister.
    .otherwise = L’expiration d’un certificat ne fait refuser aucune connexion ici. Mais beaucoup de fournisseurs d’identité changent de clé ce jour-là, et avec une clé inconnue ici, personne ne peut se connecter.
    .when = Il est envoyé 60, 30, 14 et 7 jours, puis 1 jour avant l’expiration.

mail-approve = Un changement attend votre approbation
    .subject = À approuver : les métadonnées de « { $connection } » ont changé
    .preview = Tant que vous n’avez pas approuvé le changement, la dernière version approuvée s’applique aux connexions.
    .happened = Le fournisseur d’identité derrière la connexion « { $connection } » ({ $key }) de { $organization } se décrit autrement qu’auparavant. Tant que vous n’avez pas approuvé le changement, la dernière version approuvée s’applique aux connexions.
    .endpoints = Les adresses de connexion changent aussi.
    .advice = Comparez les empreintes avec celles qu’affiche l’administration du fournisseur d’identité. Approuvez ensuite le changement, ou refusez-le, dans l’Admin Portal ou par l’API d’administration. Si vous n’attendez aucun changement, demandez d’abord à ceux qui gèrent le fournisseur d’identité.
    .otherwise = Un changement non approuvé peut empêcher tout le monde de se connecter, dès que le fournisseur d’identité signe avec une nouvelle clé.

mail-stale = Les métadonnées ne peuvent pas être actualisées
    .subject = Les métadonnées de « { $connection } » ne peuvent pas être actualisées
    .preview = Les dernières métadonnées récupérées s’appliquent aux connexions.
    .happened = Depuis le { $at }, les métadonnées du fournisseur d’identité derrière la connexion « { $connection } » ({ $key }) de { $organization } ne peuvent plus être récupérées à leur adresse :
    .message = Le message, en anglais :
    .advice = Ouvrez l’adresse des métadonnées et vérifiez qu’elle répond par des métadonnées. Si le fournisseur d’identité a déménagé, enregistrez sa nouvelle adresse dans cette connexion.
    .otherwise = Les dernières métadonnées récupérées s’appliquent aux connexions. Si le fournisseur d’identité change de clé entre-temps, ce service n’en saura rien.
    .when = Il est envoyé une seule fois pour cette panne ; un nouvel essai a lieu plusieurs fois par jour.

mail-password = Choisissez un nouveau mot de passe
    .subject = Choisissez un nouveau mot de passe pour le portail d’administration de { $organization }
    .preview = Quelqu’un l’a demandé avec votre adresse. Rien ne change tant que vous n’en avez pas choisi un.
    .happened = Quelqu’un, vous-même très probablement, a indiqué que le mot de passe de votre compte d’administration chez { $organization } est perdu.
    .action = Choisir un nouveau mot de passe
    .until = Le lien fonctionne une seule fois, jusqu’au { $at }. Avec le nouveau mot de passe, vous êtes déconnecté partout, puis vous vous reconnectez.
    .not-you = Ce n’était pas vous ? Alors ne faites rien : votre mot de passe reste le même, et le lien cesse de fonctionner de lui-même.
    .why = { $organization } vous a envoyé cet e-mail parce que quelqu’un l’a demandé avec cette adresse. Ne le transférez pas : le lien n’est destiné qu’à vous.

mail-invitation = Vous êtes invité au portail d’administration
    .subject = { $by } vous invite à administrer { $organization }
    .preview = Acceptez l’invitation en choisissant un mot de passe.
    .happened = { $by } vous invite à administrer { $organization }. Vous acceptez en choisissant un mot de passe. Ensuite, vous vous connecterez avec cette adresse e-mail.
    .action = Choisir un mot de passe
    .until = Le lien fonctionne une seule fois, jusqu’au { $at }. S’il a expiré, demandez-en un autre.
    .not-you = Vous n’attendez pas d’invitation ? Alors ne faites rien : le lien cesse de fonctionner de lui-même.
    .why = { $organization } vous a envoyé cet e-mail parce que vous êtes invité avec cette adresse. Ne le transférez pas : le lien n’est destiné qu’à vous.

mail-setup = Configurer l’authentification unique
    .subject = Configurez l’authentification unique pour { $organization }
    .preview = Un lien vers la page où vous connectez votre fournisseur d’identité.
    .happened = { $by } vous demande de connecter votre fournisseur d’identité à { $organization }. Le lien ouvre la page prévue pour cela et rien d’autre. Aucun mot de passe n’est nécessaire.
    .action = Ouvrir la page
    .until = Le lien fonctionne aussi souvent que nécessaire, jusqu’au { $at }, sauf s’il est révoqué avant.
    .not-you = Vous ne vous occupez pas du fournisseur d’identité ? Alors ne faites rien et dites-le à la personne qui vous l’a demandé. Quiconque a le lien peut modifier ce qui est configuré avec lui.
    .why = { $organization } vous a envoyé cet e-mail parce qu’on vous le demande avec cette adresse. Ne le transférez à personne qui ne configure pas l’authentification unique avec vous.
