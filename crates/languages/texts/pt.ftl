# Português.

language = Português
direction = ltr
instant = { $day } de { $month ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
    } de { $year }, { $time } UTC

-not-believed = Não foi possível iniciar a sua sessão
-no-access = Você ainda não tem acesso
-setup = Isso se deve à configuração do login único. Peça ao seu administrador que a verifique.

skip = Ir para o conteúdo
sign-in = Início de sessão
sign-out = Sair
sign-in-again = Entrar novamente
sign-in-to = Entrar em { $organization }
by-service = Início de sessão com Vestibule

home = É aqui que se inicia a sessão
    .lead = Cada organização tem o seu próprio link de início de sessão. Use o que a sua lhe deu ou abra a sua aplicação: ela traz você até aqui quando é preciso entrar.
    .help = Não tem um link? Pergunte ao administrador da sua organização.

choose = Entrar
    .lead = Como deseja entrar?
    .help = Não tem certeza? Escolha a forma pela qual costuma entrar no trabalho.

sending = Um momento
    .heading = Um momento…
    .lead = Você está sendo levado ao seu provedor de identidade. Se nada acontecer, use o botão.
    .action = Continuar

help = Se precisar de ajuda
    .ask = Contato
    .email = E-mail
    .phone = Telefone
    .tell-contact = Informe esta referência, com a qual é possível consultar o que aconteceu:
    .tell-administrator = Informe ao seu administrador esta referência, com a qual é possível consultar o que aconteceu:
    .code = Código:

link = Confirmar a sua conta
    .heading = Esta é a sua conta?
    .lead = Alguém entrou em { $organization } pelo provedor de identidade da sua organização com o endereço abaixo. Se foi você, confirme: a partir de então, você entra nesta conta dessa forma.
    .action = Sim, fui eu
    .not-you = Não foi você? Feche esta página: nada acontece, e o link deixa de funcionar em { $expires }. Avise o seu administrador se isso se repetir.
linked = Confirmado
    .heading = A conta é sua
    .lead = Entre mais uma vez. A partir de agora, esta etapa não será necessária.

signed-out = Sessão encerrada
    .heading = Você saiu
    .action = Entrar novamente em { $organization }
    .ended = Você também saiu do seu provedor de identidade.
    .partly = Você também saiu do seu provedor de identidade, mas não de todas as aplicações. Se outras pessoas usam este computador, feche o navegador.
    .failed = O seu provedor de identidade não encerrou a sua sessão. Se outras pessoas usam este computador, saia por lá e feche o navegador.
    .alone = A sua sessão talvez continue aberta no seu provedor de identidade. Se outras pessoas usam este computador, saia por lá também e feche o navegador.

signed-in = Sessão iniciada
    .heading = Você entrou, { $name }
    .organization = Organização
    .through = Entrou por
    .until = Sessão aberta até
    .none = nenhum
    .changes = O que mudou
    .from = de
    .to = para
    .nothing = nada
    .warnings = Não aproveitado
    .warned = o que o seu provedor de identidade enviou não é válido aqui, por isso ficou como estava.
    .why = Por que a sua conta é assim
    .why-lead = As regras da sua organização decidiram isso em { $at } a partir do que o seu provedor de identidade enviou.
    .as-it-was = como estava
    .no-value = sem valor
    .attribute = Atributo procurado
    .arrived = O que chegou
    .rule = Regra:
    .reference = Se algo estiver errado, informe ao seu administrador esta referência:
outcome-created = Conta nova
    .happened = A sua conta foi criada neste início de sessão.
    .welcomed = Um e-mail de boas-vindas está a caminho.
outcome-updated = Atualizada
    .happened = A sua conta foi atualizada neste início de sessão.
outcome-unchanged = Sessão iniciada
    .happened = A sua conta está como antes.
outcome-refused = Recusado
    .happened = Este início de sessão foi recusado.

topic-identity = Quem você é
topic-registration = Registro
topic-first_name = Nome
topic-last_name = Sobrenome
topic-email = Endereço de e-mail
topic-location = Local
topic-user_type = Tipo de usuário
topic-role = Função
topic-assignments = Tipo de usuário e função

why-match_identity = Você foi reconhecido pelo nome com que o seu provedor de identidade conhece você.
why-match_email = Você foi reconhecido pelo seu endereço de e-mail.
why-match_near_miss = O nome pelo qual você é conhecido é quase o de outra pessoa.
why-match_bound_elsewhere = O seu endereço pertence a uma conta com outra identidade.
why-match_none = Ninguém foi reconhecido, portanto você é novo aqui.
why-match_deactivated = A conta está desativada.
why-match_unusable_name_id = Não se pode reconhecer ninguém por um nome assim.
why-email_domain = Só podem entrar endereços de certos domínios.
why-registration = Aqui as contas não são criadas automaticamente.
why-required_name = Uma conta nova precisa de um nome.
why-required_email = Uma conta nova precisa de um endereço de e-mail.
why-mapped_attribute = O seu provedor de identidade enviou isso.
why-default_value = O seu provedor de identidade não enviou nada, por isso foi usado o valor padrão da organização.
why-role_of_type = Um tipo de usuário foi enviado sem função, por isso foi usada a função que lhe corresponde.
why-pair_in_catalog = O catálogo da organização tem este tipo de usuário e esta função.
why-invalid_value = O que foi enviado não é um valor válido.
why-privileged_pair = Esta função só é dada onde isso é permitido expressamente.
why-welcome = Uma conta nova recebe um e-mail de boas-vindas.
why-keep_current = O seu provedor de identidade não enviou nada, por isso ficou como estava.
why-email_change = O seu provedor de identidade enviou outro endereço.
why-add_assignment = O seu provedor de identidade enviou um tipo de usuário que você não tinha, por isso ele foi acrescentado.
why-change_role = O seu provedor de identidade enviou outra função para este tipo de usuário.
why-same_assignment = Você já tinha o que o seu provedor de identidade enviou.
why-incomplete_pair = São necessários o tipo de usuário e a função; só um foi enviado, por isso nada mudou.
why-never_removed = Um início de sessão nunca retira nada.
why-settings = Esta regra trata de configurações, não de inícios de sessão.

note-multiple_values = Chegaram { $count } valores diferentes, e nada diz qual deles vale.
note-not_in_catalog = O valor não está no catálogo da organização; maiúsculas e minúsculas contam.
note-looks_like_an_id = O valor não está no catálogo da organização; parece um identificador, mas é preciso o nome do local.
note-unfit = O valor não tem a forma necessária.
note-near_miss = Chegou um atributo chamado “{ $arrived }”, que é quase, mas não exatamente, o procurado.
note-address_taken = Outra pessoa da organização tem este endereço.
note-name_id_near_miss = Alguém é conhecido por um nome que só difere em maiúsculas ou espaços.
note-not_a_role_of_the_type = A função não é uma das funções desse tipo de usuário.
note-role_missing = Um tipo de usuário foi enviado sem função, e não está claro qual das suas funções se quer.
note-user_type_missing = Uma função foi enviada sem tipo de usuário, e são necessários os dois.
note-pair_missing = Não foram enviados tipo de usuário nem função, e não há valores padrão.
note-only_role = O tipo de usuário só tem esta função, por isso ela conta como enviada.
note-privileged_not_allowed = A função dá direitos especiais e não pode ser dada desta forma.
note-privileged_filled_in = A função dá direitos especiais, por isso é preciso enviar o tipo de usuário e a função.
note-registration_off = Aqui as contas não são criadas automaticamente.
note-jit_not_enabled = Nesta organização as contas não são criadas automaticamente.
note-address_from_name_id = O nome com que o seu provedor de identidade conhece você serve de endereço de e-mail.
note-link_mailed = Um usuário tem este endereço; um link foi enviado para lá.
note-linking_off = Um usuário tem este endereço, e aqui as contas não são vinculadas pelo endereço.
note-letter_case_only = Só maiúsculas e minúsculas diferem do endereço guardado, o que não é uma mudança.

refused-malformed_response = { -not-believed }
    .happened = Não foi possível ler o que o seu provedor de identidade enviou.
    .advice = Tente mais uma vez. Se acontecer de novo, avise o seu administrador.
refused-untrusted_signature = { -not-believed }
    .happened = O que o seu provedor de identidade enviou não está assinado com uma chave em que esta organização confia.
    .advice = { -setup }
refused-unsupported_response = { -not-believed }
    .happened = O seu provedor de identidade enviou uma resposta de um tipo que não é aceito aqui.
    .advice = { -setup }
refused-response_expired = Este início de sessão demorou demais
    .happened = A resposta do seu provedor de identidade tinha expirado quando chegou.
    .advice = Entre novamente. Se acontecer de novo em seguida, avise o seu administrador: talvez um relógio esteja errado.
refused-response_not_yet_valid = { -not-believed }
    .happened = A resposta do seu provedor de identidade ainda não é válida.
    .advice = Tente novamente em alguns minutos. Se acontecer de novo, avise o seu administrador: talvez um relógio esteja errado.
refused-wrong_audience = { -not-believed }
    .happened = A resposta do seu provedor de identidade era para outro serviço.
    .advice = { -setup }
refused-wrong_recipient = { -not-believed }
    .happened = A resposta do seu provedor de identidade era para outro serviço.
    .advice = { -setup }
refused-wrong_destination = { -not-believed }
    .happened = A resposta do seu provedor de identidade era para outro serviço.
    .advice = { -setup }
refused-wrong_issuer = { -not-believed }
    .happened = A resposta veio de um provedor de identidade que esta organização não usa.
    .advice = { -setup }
refused-unsolicited_response = Comece aqui, por favor
    .happened = Esta organização quer que os inícios de sessão comecem nesta página, e não no provedor de identidade.
    .advice = Use o botão abaixo.
refused-unknown_request = Este início de sessão terminou
    .happened = Ele foi começado há tempo demais ou em outro navegador, ou já foi concluído.
    .advice = Entre novamente neste navegador. Os cookies precisam estar permitidos para este site.
refused-replayed_response = Este início de sessão já foi usado
    .happened = Cada início de sessão vale uma vez. Voltar no navegador ou recarregar envia o mesmo outra vez.
    .advice = Entre novamente.
refused-identity_provider_error = O seu provedor de identidade não iniciou a sua sessão
    .happened = Ele mesmo diz que o início de sessão falhou ou foi interrompido.
    .advice = Tente novamente. Se acontecer de novo, pergunte a quem administra o seu provedor de identidade.
refused-connection_disabled = O início de sessão está desativado
    .happened = Esta forma de entrar está desativada no momento.
    .advice = Pergunte ao seu administrador.
refused-registration_disabled = { -no-access }
    .happened = O seu provedor de identidade conhece você, mas aqui não há uma conta para você, e as contas não são criadas automaticamente.
    .advice = Peça uma conta ao seu administrador.
refused-missing_required_attribute = { -no-access }
    .happened = O seu provedor de identidade não enviou um nome que possa ser usado, e uma conta precisa de um.
    .advice = { -setup }
refused-missing_email = { -no-access }
    .happened = O seu provedor de identidade não enviou um endereço de e-mail que possa ser usado, e uma conta precisa de um.
    .advice = { -setup }
refused-invalid_user_type_or_role = { -no-access }
    .happened = O seu provedor de identidade não enviou um tipo de usuário e uma função que possam ser dados aqui.
    .advice = { -setup }
refused-email_in_use = Não foi possível encontrar a sua conta
    .happened = O endereço de e-mail que o seu provedor de identidade enviou não pode ser usado para a sua conta.
    .advice = Peça ao seu administrador que verifique.
refused-email_domain_not_allowed = { -no-access }
    .happened = Endereços como o seu não podem entrar aqui.
    .advice = Entre com o seu endereço nesta organização ou pergunte ao seu administrador.
refused-user_deactivated = A sua conta está desativada
    .happened = No momento você não pode entrar com ela.
    .advice = Se acha que é um engano, pergunte ao seu administrador.
refused-ambiguous_match = Não foi possível encontrar a sua conta
    .happened = O nome com que o seu provedor de identidade conhece você é quase, mas não exatamente, um que é conhecido aqui.
    .advice = { -setup }
refused-unknown_location = { -no-access }
    .happened = O seu provedor de identidade enviou um local que esta organização não conhece.
    .advice = { -setup }
refused-link_verification_sent = Verifique o seu e-mail
    .happened = Talvez você já tenha uma conta. Para termos certeza de que é sua, um e-mail com um link foi enviado ao endereço dela.
    .advice = Abra o link e depois entre novamente. Ele vale uma vez, durante 24 horas.

failed-organization_not_found = Essa organização não existe
    .happened = Talvez o endereço esteja errado, ou a organização agora tenha outro.
    .advice = Confira o link que lhe deram.
failed-connection_not_found = Essa forma de entrar não existe
    .happened = A organização não tem nenhuma conexão com esse nome.
    .advice = Use o botão abaixo ou confira o link que lhe deram.
failed-sso_not_configured = O login único ainda não está configurado
    .happened = Esta organização não tem um provedor de identidade ao qual perguntar.
    .advice = Pergunte ao seu administrador.
failed-return_to_not_allowed = Esse link leva a outro lugar
    .happened = Depois de entrar, ele levaria você a um lugar que esta organização não indicou.
    .advice = Use o botão abaixo, ou vá à sua aplicação e comece por lá.
failed-link_expired = Este link não funciona mais
    .happened = Ele já foi usado ou tem mais de 24 horas.
    .advice = Entre novamente: se for preciso, um novo e-mail é enviado.
failed-untrusted_logout = A sua sessão talvez continue aberta
    .happened = Uma mensagem que devia encerrar a sua sessão não é uma que o seu provedor de identidade acabou de assinar para este serviço.
    .advice = Saia na sua própria aplicação e feche o navegador se outras pessoas usam este computador.
failed-response_too_large = { -not-believed }
    .happened = O seu provedor de identidade enviou mais do que se pode receber.
    .advice = Pergunte ao seu administrador: muitas vezes são enviados grupos demais.
failed-unsupported_media_type = { -not-believed }
    .happened = O que chegou não é o formulário que um provedor de identidade envia.
    .advice = Volte para onde começou e tente novamente.
failed-too_many_requests = Aguarde um momento, por favor
    .happened = Houve tentativas demais a partir da sua rede em pouco tempo.
    .advice = Tente novamente em um minuto.
failed-temporarily_unavailable = Voltamos já
    .happened = O serviço não pode responder agora. Nada seu foi alterado.
    .advice = Aguarde um momento e tente novamente.
failed-cross_site_request = Isso não veio daqui
    .happened = Outro site tentou usar esta página, por isso nada foi feito.
    .advice = Volte à página em que estava e tente novamente.
failed-not_found = Não há nada aqui
    .happened = Talvez o endereço esteja errado, ou a página tenha mudado de lugar.
    .advice = Use o link de início de sessão que a sua organização lhe deu.
failed-otherwise = Algo deu errado
    .happened = Foi culpa do serviço, não sua. Ficou registrado.
    .advice = Tente novamente em um momento. Se acontecer de novo, avise o seu administrador.

mail-hello = Olá, { $name }!
mail-by-hand = Se o botão não funcionar, abra este endereço:
mail-no-answer = Não é preciso responder, e ninguém lê as respostas.
mail-to-contact = { $organization } enviou este e-mail ao contato técnico da conexão.
mail-what-to-do = O que fazer
mail-certificate = Certificado
    .added = Novo certificado
    .removed = Certificado que sai
    .ends = Expira: { $at }

mail-welcome = Boas-vindas, { $name }
    .subject = Sua conta em { $organization } está pronta
    .preview = Você entra com a conta que já usa na sua organização.
    .happened = Uma conta foi criada para você em { $organization }. Não há mais nada a configurar.
    .password = Você não precisa de uma nova senha: entra com a conta que já usa na sua organização.
    .action = Entrar
    .open = Entre quando quiser:
    .not-you = Não esperava uma conta? Avise a pessoa que cuida das contas na sua organização: outra pessoa pode estar usando a sua.
    .why = { $organization } enviou este e-mail porque uma conta foi criada com este endereço.

mail-link = Foi você, { $name }?
    .subject = Foi você? Confirme sua entrada em { $organization }
    .preview = Alguém entrou com o seu endereço. Nada acontece até que você confirme.
    .happened = Alguém entrou em { $organization } por “{ $connection }” com este endereço de e-mail. Você já tem uma conta com este endereço; diga-nos se foi você.
    .if-you = Foi você? Abra a página e clique em “{ link.action }”. Nada acontece até que você clique nesse botão. A partir daí, você entra na sua conta por “{ $connection }”.
    .action = Abrir a página
    .until = O link funciona uma única vez, até { $at }, ou seja, { $hours ->
        [one] { $hours } hora
       *[other] { $hours } horas
        } depois da entrada. Se tiver expirado, entre de novo e receberá outro.
    .not-you = Não foi você? Então não clique no botão. Sem ele, ninguém entra na sua conta, e o link deixa de funcionar sozinho. Avise a pessoa que cuida das contas na sua organização.
    .why = { $organization } enviou este e-mail por causa de uma entrada com este endereço. Não o encaminhe: o link é só para você.

mail-moved = Seu endereço de e-mail mudou
    .subject = O endereço de e-mail da sua conta em { $organization } mudou
    .preview = Os e-mails sobre a sua conta vão, a partir de agora, para o seu novo endereço.
    .happened = Este endereço de e-mail não é mais o da sua conta em { $organization }. Sua organização nos deu um novo endereço quando você entrou, e ele tomou o lugar deste.
    .from-now-on = Você entra como antes. Os e-mails sobre a sua conta vão, a partir de agora, para o novo endereço. Se você já sabia disso, não há nada a fazer.
    .not-you = Não esperava por isso? Avise a pessoa que cuida das contas na sua organização. Ela pode consultar a entrada e corrigir o endereço.
    .why = { $organization } enviou este e-mail ao seu endereço antigo para que a mudança não passe despercebida.

mail-ends = Um certificado expira em { $days ->
        [one] { $days } dia
       *[other] { $days } dias
        }
    .subject = Um certificado de assinatura de “{ $connection }” expira em { $days ->
        [one] { $days } dia
       *[other] { $days } dias
        }
    .preview = Ele expira em { $at }.
    .happened = Um certificado de assinatura do provedor de identidade por trás da conexão “{ $connection }” ({ $key }) de { $organization } expira em { $at }:
    .advice = Veja no provedor de identidade se ele já tem um novo certificado, ou crie um lá. Se os metadados são obtidos de um endereço, o novo chega sozinho e espera a sua aprovação, a menos que o endereço seja confiável. Caso contrário, salve os novos metadados nesta conexão antes que o provedor de identidade comece a assinar com a nova chave. Os dois certificados podem estar lá ao mesmo tempo.
    .otherwise = O fim de um certificado não faz recusar nenhuma entrada aqui. Mas muitos provedores de identidade trocam de chave nesse dia, e com uma chave que não é conhecida aqui ninguém consegue entrar.
    .when = Ele é enviado 60, 30, 14, 7 e 1 dias antes do fim.

mail-approve = Uma mudança espera a sua aprovação
    .subject = Para aprovar: os metadados de “{ $connection }” mudaram
    .preview = Até que você aprove a mudança, vale para as entradas o que foi aprovado por último.
    .happened = O provedor de identidade por trás da conexão “{ $connection }” ({ $key }) de { $organization } se descreve de outro modo que antes. Até que você aprove a mudança, vale para as entradas o que foi aprovado por último.
    .endpoints = Os endereços em que as pessoas entram também mudam.
    .advice = Compare as impressões digitais com as que a administração do próprio provedor de identidade mostra. Depois aprove a mudança, ou recuse-a, no Admin Portal ou pela API de administração. Se você não espera nenhuma mudança, pergunte primeiro a quem cuida do provedor de identidade.
    .otherwise = Uma mudança não aprovada pode deixar todos de fora, assim que o provedor de identidade assinar com uma nova chave.

mail-stale = Os metadados não podem ser atualizados
    .subject = Os metadados de “{ $connection }” não podem ser atualizados
    .preview = Vale para as entradas o que foi obtido por último.
    .happened = Desde { $at }, os metadados do provedor de identidade por trás da conexão “{ $connection }” ({ $key }) de { $organization } não podem ser obtidos do seu endereço:
    .message = A mensagem, em inglês:
    .advice = Abra o endereço dos metadados e veja se ele responde com metadados. Se o provedor de identidade mudou de lugar, salve o novo endereço nesta conexão.
    .otherwise = Vale para as entradas o que foi obtido por último. Se o provedor de identidade trocar de chave nesse meio-tempo, este serviço não fica sabendo.
    .when = Ele é enviado uma única vez por esta falha; uma nova tentativa é feita várias vezes por dia.

mail-password = Escolha uma nova senha
    .subject = Escolha uma nova senha para o portal de administração de { $organization }
    .preview = Alguém a pediu com o seu endereço. Nada muda até que você escolha uma.
    .happened = Alguém, muito provavelmente você, informou que a senha da sua conta de administração em { $organization } foi perdida.
    .action = Escolher uma nova senha
    .until = O link funciona uma única vez, até { $at }. Com a nova senha, todas as suas sessões são encerradas, e depois você entra de novo.
    .not-you = Não foi você? Então não faça nada: sua senha continua a mesma, e o link deixa de funcionar por si só.
    .why = { $organization } enviou este e-mail porque alguém o pediu com este endereço. Não o encaminhe: o link é somente para você.

mail-invitation = Você foi convidado para o portal de administração
    .subject = { $by } convida você a administrar { $organization }
    .preview = Aceite o convite escolhendo uma senha.
    .happened = { $by } convida você a administrar { $organization }. Você aceita escolhendo uma senha. A partir daí, você entra com este endereço de e-mail.
    .action = Escolher uma senha
    .until = O link funciona uma única vez, até { $at }. Se ele tiver expirado, peça outro.
    .not-you = Você não espera um convite? Então não faça nada: o link deixa de funcionar por si só.
    .why = { $organization } enviou este e-mail porque você foi convidado com este endereço. Não o encaminhe: o link é somente para você.

mail-setup = Configurar o login único
    .subject = Configure o login único de { $organization }
    .preview = Um link para a página em que você conecta o seu provedor de identidade.
    .happened = { $by } pede que você conecte o seu provedor de identidade a { $organization }. O link abre a página para isso e nada mais. Você não precisa de senha.
    .action = Abrir a página
    .until = O link funciona quantas vezes você precisar, até { $at }, a menos que seja revogado antes.
    .not-you = Você não cuida do provedor de identidade? Então não faça nada e avise quem pediu. Quem tiver o link pode mudar o que é configurado com ele.
    .why = { $organization } enviou este e-mail porque se pede isso a você com este endereço. Não o encaminhe a ninguém que não configure o login único com você.
